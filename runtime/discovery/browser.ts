/** The listener's side: the machines that are there now, as far as they have been heard. */
import type { KeyObject } from 'node:crypto';
import { monotonicMs } from '../core/clock';
import type { Disposable } from '../core/disposable';
import { Emitter, type Event } from '../core/emitter';
import { type Drops, type DropReason, type FoundMachine } from '../protocol/discovery';
import { unseal } from './datagram';
import { lookMs, type Member, type MembershipEvent, nobody, step } from './membership';
import { type Announcement, decodeMessage } from './message';
import type { Datagram, Network } from './multicast';
import { SourceLimiter } from './sourceLimiter';
import { Speaker } from './speaker';

/** When the question is asked again, since it may be lost. */
const askAgainMs = [300, 1000];

export class Browser implements Disposable {
  private readonly changed = new Emitter<void>();
  private readonly limiter = new SourceLimiter();
  private readonly speaker: Speaker;
  private readonly timers: NodeJS.Timeout[];
  private membership = nobody;

  /** A machine came, went, or said something new. */
  readonly onChanged: Event<void> = this.changed.event;

  /** Listens from now on, and asks who is there. The network ends with it. */
  constructor(
    private readonly key: KeyObject,
    private readonly network: Network,
  ) {
    this.speaker = new Speaker(key, network);
    network.onDatagram((datagram) => this.listen(datagram));
    network.onPlacesChanged(() => this.ask());
    this.timers = [
      setInterval(() => this.take({ type: 'looked', atMs: monotonicMs() }), lookMs),
      ...askAgainMs.map((inMs) => setTimeout(() => this.ask(), inMs)),
    ];
    this.ask();
  }

  /** By name. */
  get machines(): FoundMachine[] {
    return [...this.membership.members.values()]
      .map(foundMachine)
      .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }) || (a.id < b.id ? -1 : 1));
  }

  /** How many datagrams were dropped, and why. */
  get drops(): Drops {
    return this.membership.drops;
  }

  dispose(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.changed.dispose();
    this.network.dispose();
  }

  private ask(): void {
    this.speaker.say({ type: 'query' });
  }

  private listen({ bytes, from }: Datagram): void {
    const atMs = monotonicMs();
    const heard = this.limiter.admits(from, atMs) ? open(this.key, bytes) : 'tooMany';
    if (typeof heard === 'string') this.take({ type: 'dropped', reason: heard });
    else if (heard) this.take({ type: 'announced', announcement: heard, from, atMs, wallMs: Date.now() });
  }

  private take(event: MembershipEvent): void {
    const { members } = this.membership;
    this.membership = step(this.membership, event);
    if (this.membership.members !== members) this.changed.fire();
  }
}

/** An announcement, the reason why there is none, or undefined for what others ask. */
function open(key: KeyObject, bytes: Uint8Array): Announcement | DropReason | undefined {
  const body = unseal(key, bytes);
  if (typeof body === 'string') return body;
  const message = decodeMessage(body);
  if (!message) return 'malformed';
  return message.type === 'announcement' ? message : undefined;
}

function foundMachine({ announcement, from, state }: Member): FoundMachine {
  const { instance: id, machine } = announcement;
  const { ssh, addresses, name } = machine;
  // The one that it was heard from leads there for sure; it is one that the machine itself has named.
  const host = ssh.host ?? (addresses.includes(from) ? from : (addresses[0] ?? name));
  return { ...machine, id, state, host };
}
