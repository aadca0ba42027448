import { createHash } from 'node:crypto';
import { notices } from './messages';
import { digestPacked } from './packedDigest';
import type { TaskPort } from './taskPort';
import { type Packed, packedBytes } from './wire';

/** Arguments that no task needs any more are kept up to so much, in case that another one does. */
const idleBytes = 64 << 20;

interface Shared {
  packed: Packed;
  bytes: number;
  /** Tasks and handles that need it. */
  users: number;
  /** Nodes that have asked for it. */
  ranks: Set<number>;
}

/**
 * Large arguments by their content: each is kept once, travels once to each node that asks for it, and is dropped
 * everywhere some time after the last task that takes it has ended.
 */
export class SharedArguments {
  private readonly byHash = new Map<string, Shared>();
  /** Hashes that nobody uses, oldest first. */
  private readonly idle = new Set<string>();
  private idleTotal = 0;

  constructor(private readonly port: TaskPort) {
    port.on(notices.wantShared, (hash, from) => {
      const shared = this.byHash.get(hash as string);
      // Only a task that was given up meanwhile can still want it.
      if (!shared) return port.send(from, notices.shared, [hash]);
      shared.ranks.add(from);
      port.send(from, notices.shared, [hash, shared.packed]);
    });
  }

  /** Keeps a value for one user more; answers its hash. */
  use(packed: Packed): string {
    const hash = hashOf(packed);
    const known = this.byHash.get(hash);
    if (known) this.useAgain(hash);
    else this.byHash.set(hash, { packed, bytes: packedBytes(packed), users: 1, ranks: new Set() });
    return hash;
  }

  /** One user more of a value that is kept. */
  useAgain(hash: string): void {
    const shared = this.byHash.get(hash) as Shared;
    shared.users += 1;
    if (this.idle.delete(hash)) this.idleTotal -= shared.bytes;
  }

  /** One user less. */
  leave(hash: string): void {
    const shared = this.byHash.get(hash) as Shared;
    shared.users -= 1;
    if (shared.users > 0) return;
    this.idle.add(hash);
    this.idleTotal += shared.bytes;
    for (const oldest of this.idle) {
      if (this.idleTotal <= idleBytes) break;
      this.drop(oldest);
    }
  }

  private drop(hash: string): void {
    const { bytes, ranks } = this.byHash.get(hash) as Shared;
    this.byHash.delete(hash);
    this.idle.delete(hash);
    this.idleTotal -= bytes;
    for (const rank of ranks) this.port.send(rank, notices.dropShared, hash);
  }
}

function hashOf(packed: Packed): string {
  const hash = createHash('sha256');
  digestPacked(hash, packed);
  return hash.digest('hex');
}
