/** How many tasks of a job are where, kept up to date with every change. Cost: an addition or two a change. */
import type { TaskState } from './taskRecord';

export class Census {
  total = 0;
  waiting = 0;
  paused = 0;
  done = 0;
  failed = 0;
  cancelled = 0;
  /** Tasks that a node has begun with, as far as can be known from here. */
  begun = 0;
  /** Attempts that were made again after an error or a timeout. */
  retried = 0;
  /** Attempts that had begun when their node was lost. */
  lost = 0;

  /** A task has gone from one state to another. */
  moved(from: TaskState, to: TaskState): void {
    this.count(from, -1);
    this.count(to, 1);
  }

  /** Ready, queued, or sent to a node that has not begun with it. */
  get queued(): number {
    const { total, waiting, paused, done, failed, cancelled, begun } = this;
    return total - waiting - paused - done - failed - cancelled - begun;
  }

  private count(state: TaskState, by: 1 | -1): void {
    switch (state) {
      case 'waiting':
        this.waiting += by;
        return;
      case 'paused':
        this.paused += by;
        return;
      case 'done':
        this.done += by;
        return;
      case 'failed':
        this.failed += by;
        return;
      case 'cancelled':
        this.cancelled += by;
        return;
      case 'ready':
      case 'queued':
      case 'running':
        return;
    }
  }
}
