import type { RunningTask } from './currentTask';
import { type Assignment, notices } from './messages';
import type { TaskPort } from './taskPort';

/** Progress is told so often at most. */
const progressMs = 50;

/** One run of a task on this node. */
export class TaskRun implements RunningTask {
  readonly beganMs = performance.now();
  isCancelled = false;
  private abort: AbortController | undefined;
  private toldAtMs = -Infinity;

  constructor(
    readonly assignment: Assignment,
    readonly name: string,
    private readonly port: TaskPort,
    private readonly driverRank: number,
  ) {}

  get id(): number {
    return this.assignment.id;
  }

  get attempt(): number {
    return this.assignment.attempt;
  }

  get rank(): number {
    return this.port.rank;
  }

  get signal(): AbortSignal {
    if (!this.abort) {
      this.abort = new AbortController();
      if (this.isCancelled) this.abort.abort();
    }
    return this.abort.signal;
  }

  progress(share: number): void {
    const nowMs = performance.now();
    if (nowMs - this.toldAtMs < progressMs && share < 1) return;
    this.toldAtMs = nowMs;
    this.port.send(this.driverRank, notices.progress, [this.id, this.attempt, share]);
  }

  /** Its result is not wanted any more. */
  cancel(): void {
    this.isCancelled = true;
    this.abort?.abort();
  }
}
