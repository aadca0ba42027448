/** The agreements of one communicator at one node, one after the other, and how word of a revocation spreads. */
import { decode, encode, keepPayload } from '../../core/codec';
import type { Message } from '../../protocol/envelope';
import { LockstepError } from '../../protocol/errors';
import type { Wait } from '../../protocol/node';
import type { Group } from '../group';
import type { ProgressEngine } from '../progressEngine';
import { Agreement, type AgreementMessage, type Vote } from './agreement';

/** What a notice of a communicator is. The numbers travel. */
const revokeNotice = 0;
const agreementNotice = 1;

/** What is sent to other nodes while the program may be in no call that it could be said to wait in. */
const telling: Wait = { operation: 'revoke', communicator: 'world' };

export class Agreements {
  /** Number of agreements that are over here. */
  private finished = 0;
  private readonly open = new Map<number, Agreement>();
  private readonly decisions = new Map<number, Vote>();
  private readonly onFailed = (worldRank: number): void => {
    const rank = this.group.rankOf(worldRank);
    if (rank !== undefined) for (const agreement of [...this.open.values()]) agreement.fail(rank);
  };

  constructor(
    private readonly engine: ProgressEngine,
    private readonly context: number,
    private readonly group: Group,
    private readonly communicator: string,
  ) {
    engine.notices.on(context, (message, from) => this.receive(message, from));
  }

  /** Ranks of the communicator that have failed. */
  get failed(): number[] {
    return [...this.engine.failures.failed].flatMap((rank) => this.group.rankOf(rank) ?? []);
  }

  /** Revokes the communicator at this node, and tells all others; each of them tells all others too. */
  revoke(by = this.group.members[this.group.rank as number] as number): void {
    if (!this.engine.failures.revoke(this.context, by)) return;
    for (const to of this.others()) this.send(to, revokeNotice, [by]);
  }

  /** Blocks until all that live have taken part, and answers what comes of it. */
  decide(operation: 'agree' | 'shrink', vote: Omit<Vote, 'failed'>): Vote {
    const { engine, group, communicator } = this;
    const number = this.finished;
    const agreement = this.agreementOf(number);
    const wait: Wait = {
      operation,
      communicator,
      get waitsFor(): number[] {
        return agreement.awaited.map((rank) => group.members[rank] as number);
      },
    };
    engine.progress(wait); // failures that were told count
    agreement.start({ ...vote, failed: this.failed });
    engine.blockUntil(() => this.decisions.has(number), wait);
    const decision = this.decisions.get(number) as Vote;
    this.decisions.delete(number);
    return decision;
  }

  /** The agreement of this number; it may hear of others before this node takes part. */
  private agreementOf(number: number): Agreement {
    const known = this.open.get(number);
    if (known) return known;
    const { failures } = this.engine;
    const agreement = new Agreement(this.group.rank as number, this.group.size, {
      send: (to, message) => this.send(to, agreementNotice, [number, message]),
      decided: (vote) => {
        this.finished = number + 1;
        this.open.delete(number);
        this.decisions.set(number, vote);
        if (this.open.size === 0) failures.listeners.delete(this.onFailed);
      },
    });
    for (const rank of this.failed) agreement.fail(rank);
    this.open.set(number, agreement);
    failures.listeners.add(this.onFailed);
    return agreement;
  }

  private receive({ envelope, payload }: Message, from: number): void {
    const value = decode(payload) as unknown[];
    if (envelope.tag === revokeNotice && typeof value[0] === 'number') return this.revoke(value[0]);
    const [number, message] = value as [unknown, AgreementMessage | undefined];
    if (typeof number !== 'number' || message === undefined || envelope.tag !== agreementNotice) {
      throw new LockstepError('malformed', {
        problem: `rank ${from} says of ${this.communicator} what is not of it`,
      });
    }
    // What is said of an agreement that is over here has been told to all.
    if (number >= this.finished) this.agreementOf(number).receive(from, message);
  }

  private others(): number[] {
    const gone = new Set([this.group.rank, ...this.failed]);
    return Array.from({ length: this.group.size }, (_, rank) => rank).filter((rank) => !gone.has(rank));
  }

  private send(to: number, kind: number, value: unknown): void {
    this.engine.notices.send(this.context, to, kind, keepPayload(encode(value, 'agree')), telling);
  }
}
