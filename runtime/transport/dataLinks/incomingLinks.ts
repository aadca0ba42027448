/**
 * The links from other nodes, and which of them a look asks for a message. To ask costs a call of the system, for each
 * link or for all at once by a longer one, so who looks again and again asks the link that is likely to have the next
 * message: the one whose message came next after the same link's the last time (a first-order Markov predictor, right
 * wherever a program receives in a fixed order). The others are asked now and then, and whenever the thread sleeps.
 */
import { closeSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Message } from '../../protocol/envelope';
import type { SealedSocket } from '../sealed/sealedSocket';
import type { PlaceParts } from '../endpoint';
import { MessageReader } from './messageReader';
import type { NativeSockets } from './nativeSockets';
import type { Polled, PollSet } from './pollSet';
import { SealedIncoming } from './sealedLinks';

interface Incoming {
  polled: Polled;
  reader: MessageReader;
  /** Set where messages come past the relays. */
  sealed?: SealedIncoming;
  /** The link whose message followed the last time that this one had brought one. */
  next?: Incoming;
}

/** Whom a look asks: nobody, the link that is likely to have the next message, or all. */
export type Asked = 'none' | 'likely' | 'all';

/** Up to so many links are asked one by one; more with one call of the system. */
const fewLinks = 2;
/** After so many messages all links are asked, whatever the one that brings them still has. */
const takenUnasked = 64;

export class IncomingLinks {
  private readonly links: Incoming[] = [];
  /** The link looked at first: each gets its turn. */
  private turn = 0;
  /** The link that brought the last message. */
  private last: Incoming | undefined;
  /** Messages since all links were asked. */
  private taken = 0;

  constructor(
    private readonly rank: number,
    private readonly native: NativeSockets,
    private readonly polls: PollSet,
  ) {}

  /** A node has opened a link; `first` has come on it already. */
  add(
    source: number,
    file: number,
    first: Buffer,
    direct: SealedSocket | undefined,
    place: PlaceParts,
  ): void {
    const polled = this.polls.add(file, true);
    const sealed = direct && new SealedIncoming(this.native, this.polls, polled, direct, first);
    const receive = (bytes: Uint8Array, count: number): number =>
      sealed ? sealed.receive(bytes, count) : this.native.receive(file, bytes, count);
    const reader = new MessageReader(receive, source, this.rank, place);
    if (!sealed) reader.begin(first);
    this.links.push({ polled, reader, sealed });
  }

  /** The next message that is here; the system is asked about links that nothing is known of. */
  take(asked: Asked): Message | undefined {
    const isLong = this.taken >= takenUnasked;
    const likely = asked === 'likely' && !isLong ? this.last?.next : undefined;
    if (likely !== undefined) mark(likely);
    if (likely !== undefined || asked === 'none') return this.takeKnown();
    const asksFirst = isLong || this.links.length <= fewLinks;
    if (asksFirst) this.askAll();
    const message = this.takeKnown();
    if (message !== undefined || asksFirst) return message;
    this.askAll();
    return this.takeKnown();
  }

  /** Nobody reads any more: what comes is let go, so that no other node waits. */
  discard(): void {
    this.last = undefined;
    for (const { polled, sealed } of this.links.splice(0)) {
      sealed?.close();
      this.polls.remove(polled);
      discard(polled.file);
    }
  }

  /** The next message of the links that may have something, each in turn. */
  private takeKnown(): Message | undefined {
    const { links } = this;
    for (let i = 0; i < links.length; i += 1) {
      this.turn = this.turn + 1 < links.length ? this.turn + 1 : 0;
      const link = links[this.turn] as Incoming;
      if (!hasInput(link)) continue;
      const message = this.read(link);
      if (message === undefined) continue;
      this.taken += 1;
      if (this.last) this.last.next = link;
      this.last = link;
      return message;
    }
    return undefined;
  }

  private askAll(): void {
    this.taken = 0;
    if (this.links.length <= fewLinks) this.links.forEach(mark);
    else this.polls.wait(0);
  }

  private read(link: Incoming): Message | undefined {
    const { reader, polled, sealed } = link;
    let message: Message | undefined;
    try {
      message = reader.poll();
    } catch {
      reader.isEnded = true; // malformed: this link closes, the node lives
    }
    // Invariant: a reader may hold more messages after one, so it is asked again before this thread sleeps.
    (sealed ?? polled).hasInput = message !== undefined;
    if (message === undefined && reader.isEnded) this.close(link);
    return message;
  }

  private close(link: Incoming): void {
    const { links, polls } = this;
    links.splice(links.indexOf(link), 1);
    for (const other of links) if (other.next === link) other.next = undefined;
    if (this.last === link) this.last = undefined;
    link.sealed?.close();
    polls.remove(link.polled);
    closeSync(link.polled.file);
  }
}

function hasInput({ polled, sealed }: Incoming): boolean {
  return sealed?.hasInput ?? polled.hasInput;
}

/** It is asked next. */
function mark({ polled, sealed }: Incoming): void {
  (sealed ?? polled).hasInput = true;
}

/** Reads a socket to its end, for nobody. */
export function discard(file: number): void {
  new Socket({ fd: file, readable: true, writable: false }).on('error', () => undefined).resume();
}
