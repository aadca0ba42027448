/**
 * Stops a node at its communication, when a debugger has asked for it: at messages that fit a condition, at the call that
 * the user steps into, and at the message that a step of another node follows. While nothing is asked for, the progress
 * engine does not know of it, and pays one comparison a call.
 *
 * A message is named by its id before it leaves, so that the node that is to stop at it can be told in time.
 */
import { ANY_TAG, type Envelope } from '../protocol/envelope';
import type {
  AwaitedSend,
  CommunicationEvent,
  CommunicationStops,
  CommunicationType,
} from '../protocol/debug';
import type { LockstepError } from '../protocol/errors';
import { isCollectives } from '../protocol/messages';
import type { Wait } from '../protocol/node';
import type { ProgressEngine } from './progressEngine';

type Conditions = Parameters<CommunicationStops['filter']>[0];

/** A message or a receive, as the progress engine names it; ranks are those of world. */
interface Transfer {
  context: number;
  peer: number;
  tag: number;
  bytes?: number;
}

/** A collective call, by what all nodes must agree about. */
interface BegunCollective {
  call: string;
  nonblocking: boolean;
  communicator: string;
  root?: number;
  operation?: unknown;
}

export class CommunicationWatch implements CommunicationStops {
  private stop: ((event: CommunicationEvent) => void) | undefined;
  private conditions: Conditions = {};
  private stepping = false;
  private readonly followed = new Set<number>();
  private awaited: AwaitedSend | undefined;
  private readonly failed = new Set<CommunicationType>();

  /** `print` tells the user of a condition that fails. */
  constructor(
    private readonly engine: ProgressEngine,
    private readonly print: (text: string) => void,
  ) {}

  use(stop: (event: CommunicationEvent) => void): void {
    this.stop = stop;
  }

  filter(conditions: Conditions): void {
    this.conditions = conditions;
    this.failed.clear();
    this.update();
  }

  step(on: boolean): void {
    this.stepping = on;
    this.update();
  }

  follow(messageId: number): void {
    this.followed.add(messageId);
    this.update();
  }

  awaitSend(send?: AwaitedSend): void {
    this.awaited = send;
    this.update();
  }

  /** A message of the program is about to leave; `sentBefore` counts those of this node that went before. */
  sending(transfer: Transfer, { operation }: Wait, sentBefore: number): void {
    const { rank, groups } = this.engine;
    const destination = groups.rankIn(transfer.context, transfer.peer);
    const messageId = rank * 2 ** 32 + sentBefore;
    const event = { ...this.describe(transfer, operation), type: 'send' as const, destination, messageId };
    if (this.takeStep()) this.meet(event, 'step');
    else this.meet(event, this.takeAwaited(transfer) ? 'followed' : undefined);
  }

  /** A receive is about to be posted, or to take a message that is here. */
  posting(transfer: Transfer, wait: Wait): void {
    if (isCollectives(transfer.context) || !this.takeStep()) return;
    const { context, peer, tag } = transfer;
    const call = wait.operation;
    this.engine.progress(wait); // whether it is here already
    const here = this.engine.matching.peek(context, peer, tag)?.envelope;
    const known = here ? { context, peer: here.source, tag: here.tag, bytes: here.bytes } : transfer;
    const event = this.describe(known, call);
    const source = this.engine.groups.rankIn(context, known.peer);
    this.meet({ ...event, type: 'post', source, arrived: here !== undefined }, 'step');
  }

  /** A receive has taken a message. */
  received(envelope: Envelope, { operation }: Wait): void {
    const { communicator: context, source: peer, tag, bytes, messageId } = envelope;
    if (isCollectives(context)) return;
    const source = this.engine.groups.sourceOf(envelope);
    const event = { ...this.describe({ context, peer, tag, bytes }, operation), source, messageId };
    const isFollowed = this.followed.delete(messageId);
    if (isFollowed) this.update();
    this.meet({ ...event, type: 'receive' }, isFollowed ? 'followed' : undefined);
  }

  /** A collective call is about to begin. */
  collective(begun: BegunCollective): void {
    const { call, nonblocking, communicator, root, operation } = begun;
    const { name } = (operation ?? {}) as { name?: string };
    const event = { call: nonblocking ? `i${call}` : call, communicator, root, operation: name };
    this.meet({ ...event, type: 'collective' });
  }

  /** The job is about to end with an error, which may be that the program called abort. */
  ending({ code, data, message }: LockstepError): void {
    if (code !== 'aborted') return;
    const event = { call: 'abort', communicator: 'world', code: Number(data['code']), text: message };
    this.meet({ ...event, type: 'abort' });
  }

  /** Stops, for a reason that is known already or because the condition for such events holds. */
  private meet(event: Omit<CommunicationEvent, 'why'>, known?: CommunicationEvent['why']): void {
    const why = known ?? (this.holds(event) ? 'filter' : undefined);
    if (why) this.stop?.({ ...event, why });
  }

  /** A condition that throws does not hold; the node says so once. */
  private holds(event: Omit<CommunicationEvent, 'why'>): boolean {
    if (event.type === 'post') return false;
    const condition = this.conditions[event.type];
    if (!condition) return false;
    try {
      return Boolean(condition({ ...event, why: 'filter' }));
    } catch (error) {
      if (!this.failed.has(event.type))
        this.print(`The condition for each ${event.type} failed: ${String(error)}`);
      this.failed.add(event.type);
      return false;
    }
  }

  /** Whether the node was stepping into its next message; it is no longer. */
  private takeStep(): boolean {
    const { stepping } = this;
    if (stepping) this.step(false);
    return stepping;
  }

  private takeAwaited({ context, peer, tag }: Transfer): boolean {
    const { awaited } = this;
    if (awaited?.context !== context || awaited.destinationRank !== peer) return false;
    if (awaited.tag !== ANY_TAG && awaited.tag !== tag) return false;
    this.awaitSend();
    return true;
  }

  private describe({ context, peer, tag, bytes }: Transfer, call: string) {
    const communicator = this.engine.groups.nameOf(context);
    return { call, communicator, context, worldPeer: peer, tag, bytes };
  }

  /** The progress engine knows of this only while there is something to stop at. */
  private update(): void {
    const isAsked =
      this.stepping ||
      this.followed.size > 0 ||
      this.awaited !== undefined ||
      [this.conditions.send, this.conditions.receive, this.conditions.collective].some(
        (condition) => condition !== undefined,
      );
    this.engine.watch = isAsked ? this : undefined;
  }
}
