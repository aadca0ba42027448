import { createHmac } from 'node:crypto';
import type { NodeBoot } from '../protocol/agentLink';
import { LockstepError } from '../protocol/errors';
import type { Bell } from '../core/bell';
import type { Endpoint } from '../transport/endpoint';
import { createInbox, Inbox, inboxPath, ownBell } from '../transport/sharedMemory/inbox';
import { NativeMemory } from '../transport/sharedMemory/nativeMemory';
import { Outbox } from '../transport/sharedMemory/outbox';
import { SharedAllocations } from '../transport/sharedMemory/sharedAllocations';
import { type Blocking, SharedMemoryEndpoint } from '../transport/sharedMemory/sharedMemoryEndpoint';
import type { SocketEndpoint } from '../transport/socket';

/** How a node's messages travel where the agent has no part in it; without any such way, only the reason. */
export interface NodeTransport {
  /** Descriptor of the inbox, or why there is none. */
  inbox: number | string;
  bell: Bell | undefined;
  endpoint(sockets: SocketEndpoint, blocking: Blocking): Endpoint | undefined;
  /** Tells where the inboxes of the other nodes of this machine are, by rank. */
  connect(inboxes: readonly (string | null)[]): void;
  /** A node of this rank has died: nobody waits for room in its inbox. */
  lose(rank: number): void;
  /** The program has ended: what comes from now on is not read. */
  close(): void;
  /** All nodes' programs have ended well, and the process is about to. */
  leave(): void;
}

/** Makes a node's inbox, unless its job is to use sockets or there cannot be one. */
export function openSharedMemory(boot: NodeBoot): NodeTransport {
  if (boot.transport === 'socket') return without('sockets were asked for');
  try {
    const native = NativeMemory.load(__dirname);
    const token = createHmac('sha256', Buffer.from(boot.secret, 'hex')).update(`inbox ${boot.job}`).digest();
    return new Shared(boot, native, token);
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
    lose: () => undefined,
    close: () => undefined,
    leave: () => undefined,
  };
}

/** The agent thread's view of its node's inbox. */
export function agentView(boot: NodeBoot, file: number): { bell: Bell; inbox: Inbox; path: string } {
  const native = NativeMemory.load(__dirname);
  const inbox = Inbox.map(native, file, boot.rank, boot.size, () => undefined);
  return { bell: ownBell(native, file), inbox, path: inboxPath(file) };
}

class Shared implements NodeTransport {
  readonly inbox: number;
  readonly bell: Bell;
  private readonly messages: Inbox;
  /** By rank; null for a node that is reached through sockets. */
  private readonly outboxes: (Outbox | null | undefined)[] = [];
  private paths: readonly (string | null)[] = [];

  constructor(
    private readonly boot: NodeBoot,
    private readonly native: NativeMemory,
    private readonly token: Buffer,
  ) {
    const { rank, size } = boot;
    this.inbox = createInbox(native, size, token);
    this.bell = ownBell(native, this.inbox);
    this.messages = Inbox.map(native, this.inbox, rank, size, (source) => this.outbox(source)?.wake());
  }

  endpoint(sockets: SocketEndpoint, blocking: Blocking): Endpoint {
    const outboxOf = (rank: number): Outbox | undefined => this.outbox(rank);
    const reaches = (rank: number): boolean => rank === this.boot.rank || outboxOf(rank) !== undefined;
    const sharing = new SharedAllocations(this.native, reaches);
    return new SharedMemoryEndpoint(this.messages, outboxOf, sockets, blocking, sharing);
  }

  connect(inboxes: readonly (string | null)[]): void {
    this.paths = inboxes;
  }

  lose(rank: number): void {
    const outbox = this.outboxes[rank];
    if (outbox) outbox.isLost = true;
  }

  close(): void {
    this.messages.close();
  }

  leave(): void {
    // who still writes here has memory of its own to do so
  }

  private outbox(rank: number): Outbox | undefined {
    const known = this.outboxes[rank];
    if (known !== undefined) return known ?? undefined;
    const opened = this.open(rank);
    this.outboxes[rank] = opened ?? null;
    return opened;
  }

  private open(rank: number): Outbox | undefined {
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
