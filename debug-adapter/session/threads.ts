import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Disposable } from '../../runtime/core/disposable';
import { threadOfRank } from '../dap/protocol';

/** Names change as fast as nodes block and go on; the client is told this seldom. */
const announceMs = 200;

/**
 * The threads that the client knows. Where a name has changed, a thread that runs is announced as started again: that
 * makes clients fetch all names. A stopped thread never is: VS Code takes any event about a thread as the end of its
 * stop, and then neither fetches the stack nor gives it the focus; it fetches the names with the stop.
 */
export class Threads implements Disposable {
  private readonly told = new Map<number, string>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly nameOf: (rank: number) => string,
    private readonly isStopped: (rank: number) => boolean,
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
      this.announceChanges();
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

  private announceChanges(): void {
    const ranks = [...this.told.keys()];
    const changed = ranks.filter((rank) => this.nameOf(rank) !== this.told.get(rank));
    if (changed.length === 0) return;
    for (const rank of changed) this.told.set(rank, this.nameOf(rank));
    const running = ranks.filter((rank) => !this.isStopped(rank));
    const changedRunning = running.filter((rank) => changed.includes(rank));
    const announced = changedRunning.length > 0 ? changedRunning : running.slice(0, 1);
    for (const rank of announced) this.announce('started', threadOfRank(rank));
  }
}
