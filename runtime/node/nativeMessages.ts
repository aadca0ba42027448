/** How a node's messages travel where its main thread itself can carry them: by shared memory, and by data links. */
import { createHmac } from 'node:crypto';
import type { Bell } from '../core/bell';
import { encodeText, frameTypes } from '../core/framing';
import type { NodeBoot } from '../protocol/agentLink';
import { LockstepError } from '../protocol/errors';
import type { Blocking } from '../transport/blocking';
import { DataLinkEndpoint } from '../transport/dataLinks/dataLinkEndpoint';
import { NativeSockets } from '../transport/dataLinks/nativeSockets';
import { PollSet } from '../transport/dataLinks/pollSet';
import type { Endpoint } from '../transport/endpoint';
import { createInbox, Inbox, inboxPath, ownBell } from '../transport/sharedMemory/inbox';
import type { MemoryBell } from '../transport/sharedMemory/memoryBell';
import { NativeMemory } from '../transport/sharedMemory/nativeMemory';
import { Outbox } from '../transport/sharedMemory/outbox';
import { SharedAllocations } from '../transport/sharedMemory/sharedAllocations';
import { SharedMemoryEndpoint } from '../transport/sharedMemory/sharedMemoryEndpoint';
import type { Channel, DataLinkFrame } from './channel';

/** How a node's messages travel where the agent has no part in it; without any such way, only the reason. */
export interface NodeTransport {
  /** Descriptor of the inbox, or why there is none. */
  inbox: number | string;
  bell: Bell | undefined;
  /** Lets another thread have the processor, if one waits for it; undefined where the bell does so. */
  giveWay?: () => void;
  /** Undefined where the agent carries the messages. */
  endpoint(channel: Channel): Endpoint | undefined;
  /** Tells where the inboxes of the nodes of this machine are, by rank; `alone`: there is none but this one. */
  connect(inboxes: readonly (string | null)[], alone: boolean): void;
  /** The same of a node that joins later; null where it is reached through sockets. */
  join(rank: number, inbox: string | null): void;
  /** Ends a wait although no message has come: there is other news. */
  nudge(): void;
  /** The agent hands over the socket of a data link. */
  linked(link: DataLinkFrame): void;
  /** A node of this rank has died, or cannot be reached: nobody waits for it. */
  lose(rank: number): void;
  /** The program has ended: what comes from now on is not read. */
  close(): void;
  /** All nodes' programs have ended well, and the process is about to. */
  leave(): void;
}

/** The nodes that a node knows of when it starts: those of the job's beginning, or all up to itself where it joins later. */
export function sizeSeenBy({ rank, size }: Pick<NodeBoot, 'rank' | 'size'>): number {
  return Math.max(size, rank + 1);
}

/** How often a node whose program has ended looks for links that others still open. */
const lateLinksMs = 20;

/** Why a node that was asked to use sockets has no inbox for others. */
export const socketsWanted = 'sockets were asked for';

/** Makes what a node's main thread needs to carry messages itself, where it can. */
export function openNativeMessages(boot: NodeBoot): NodeTransport {
  try {
    const native = NativeMemory.load(__dirname);
    const token = createHmac('sha256', Buffer.from(boot.secret, 'hex')).update(`inbox ${boot.job}`).digest();
    return new NativeMessages(boot, native, token);
  } catch (error) {
    return without((error as Error).message);
  }
}

function without(reason: string): NodeTransport {
  return {
    inbox: reason,
    bell: undefined,
    endpoint: () => undefined,
    connect: () => undefined,
    join: () => undefined,
    nudge: () => undefined,
    linked: () => undefined,
    lose: () => undefined,
    close: () => undefined,
    leave: () => undefined,
  };
}

/** The agent thread's view of its node's inbox. */
export function agentView(file: number): { bell: MemoryBell; path: string } {
  return { bell: ownBell(NativeMemory.load(__dirname), file), path: inboxPath(file) };
}

class NativeMessages implements NodeTransport {
  readonly inbox: number;
  readonly bell: MemoryBell;
  readonly giveWay: () => void;
  private readonly messages: Inbox;
  private readonly sockets = NativeSockets.load(__dirname);
  private readonly polls = new PollSet(this.sockets);
  private links: DataLinkEndpoint | undefined;
  private memory: SharedMemoryEndpoint | undefined;
  private channel: Channel | undefined;
  /** By rank; null for a node that is reached through sockets. */
  private readonly outboxes: (Outbox | null | undefined)[] = [];
  private readonly paths: (string | null)[] = [];

  constructor(
    private readonly boot: NodeBoot,
    private readonly native: NativeMemory,
    private readonly token: Buffer,
  ) {
    const { rank, size } = boot;
    this.inbox = createInbox(native, size, token);
    this.giveWay = native.giveWay;
    this.bell = ownBell(native, this.inbox);
    this.bell.watch(this.polls);
    this.messages = new Inbox(native, this.inbox, rank, size, (source) => this.outbox(source)?.wake());
  }

  endpoint(channel: Channel): Endpoint {
    this.channel = channel;
    const { rank, transport } = this.boot;
    const ask = (type: 'reach' | 'peerLost', peer: number): void =>
      channel.write([encodeText(frameTypes[type], String(peer))], undefined);
    const opener = {
      pump: () => channel.pump(),
      open: (peer: number) => ask('reach', peer),
      tellLost: (peer: number) => ask('peerLost', peer),
      inMessage: (waits: boolean) => channel.status.set('inMessage', waits ? 1 : 0),
    };
    const blocking = this.watching(channel);
    this.links = new DataLinkEndpoint(
      rank,
      sizeSeenBy(this.boot),
      this.sockets,
      this.polls,
      opener,
      blocking,
    );
    if (transport === 'socket') return this.links;
    const outboxOf = (peer: number): Outbox | undefined => this.outbox(peer);
    const reaches = (peer: number): boolean => peer === rank || outboxOf(peer) !== undefined;
    const sharing = new SharedAllocations(this.native, reaches);
    this.memory = new SharedMemoryEndpoint(this.messages, outboxOf, this.links, blocking, sharing);
    return this.memory;
  }

  connect(inboxes: readonly (string | null)[], alone: boolean): void {
    this.paths.push(...inboxes);
    if (alone) this.memory?.standAlone(true);
  }

  join(rank: number, inbox: string | null): void {
    this.paths[rank] = inbox;
    if (inbox !== null) this.memory?.standAlone(false);
  }

  nudge(): void {
    this.links?.nudge();
  }

  linked({ rank, file, first, sealed }: DataLinkFrame): void {
    const direct = sealed && {
      file: sealed.file,
      seal: Buffer.from(sealed.seal, 'base64'),
      open: Buffer.from(sealed.open, 'base64'),
    };
    if (first === undefined) this.links?.opened(rank, file, direct);
    else this.links?.accepted(rank, file, Buffer.from(first, 'base64'), direct);
  }

  lose(rank: number): void {
    this.outboxes[rank]?.lose();
    this.messages.lose(rank);
    this.links?.lose(rank);
  }

  close(): void {
    this.messages.close();
    this.links?.stopReading();
    setInterval(() => {
      this.channel?.pump(); // links that others still open
      this.links?.keepUp();
    }, lateLinksMs);
  }

  leave(): void {
    // who still writes here has memory of its own to do so
  }

  /** A channel's way to block, on which the endpoints wait: they take in what comes through sockets. */
  private watching(channel: Channel): Blocking {
    const { polls } = this;
    return {
      block(wait, ready, glance, wakeUp) {
        polls.wanted = true;
        try {
          channel.block(wait, ready, glance, wakeUp);
        } finally {
          polls.wanted = false;
        }
      },
      rung: (ready) => channel.rung(ready),
      pausing: () => channel.pausing(),
      countSent: (peer, bytes) => channel.countSent(peer, bytes),
      countReceived: (bytes) => channel.countReceived(bytes),
    };
  }

  private outbox(rank: number): Outbox | undefined {
    const known = this.outboxes[rank];
    if (known !== undefined) return known ?? undefined;
    const opened = this.open(rank);
    this.outboxes[rank] = opened ?? null;
    return opened;
  }

  private open(rank: number): Outbox | undefined {
    // Who has joined is told of before it can send anything, perhaps not long before.
    if (this.paths[rank] === undefined) this.channel?.pump();
    const path = this.paths[rank];
    if (path === null || path === undefined) return undefined;
    try {
      return new Outbox(this.native, path, this.boot.rank, this.boot.size, this.token);
    } catch (error) {
      if (this.boot.transport === 'auto') return undefined;
      throw new LockstepError('noSharedMemory', { rank: this.boot.rank, reason: (error as Error).message });
    }
  }
}
