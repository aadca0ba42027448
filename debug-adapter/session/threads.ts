import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Disposable } from '../../runtime/core/disposable';
import { threadOfRank } from '../dap/protocol';

/** Names change as fast as nodes block and go on; the client is told this seldom. */
const announceMs = 200;

/**
 * The threads that the client knows. A thread whose name has changed is announced as started again: that makes
 * clients fetch the names and leaves alone what they know of its stop, which `invalidated` would not.
 */
export class Threads implements Disposable {
  private readonly told = new Map<number, string>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly nameOf: (rank: number) => string,
    private readonly announce: (reason: 'started' | 'exited', threadId: number) => void,
  ) {}

  add(rank: number): void {
    if (this.told.has(rank)) return;
    this.told.set(rank, this.nameOf(rank));
    this.announce('started', threadOfRank(rank));
  }

  remove(rank: number): void {
    if (this.told.delete(rank)) this.announce('exited', threadOfRank(rank));
  }

  removeAll(): void {
    for (const rank of [...this.told.keys()]) this.remove(rank);
  }

  /** Names may have changed. */
  refresh(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      for (const [rank, before] of this.told) {
        const name = this.nameOf(rank);
        if (name === before) continue;
        this.told.set(rank, name);
        this.announce('started', threadOfRank(rank));
      }
    }, announceMs);
  }

  list(): DebugProtocol.Thread[] {
    const ranks = [...this.told.keys()].sort((a, b) => a - b);
    return ranks.map((rank) => {
      const name = this.nameOf(rank);
      this.told.set(rank, name);
      return { id: threadOfRank(rank), name };
    });
  }

  dispose(): void {
    clearTimeout(this.timer);
  }
}
