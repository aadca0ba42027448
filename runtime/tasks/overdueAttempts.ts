import type { SchedulerAction } from '../scheduler/model';
import type { SchedulerCore } from '../scheduler/schedulerCore';
import type { TaskState } from './taskState';

/** So long an attempt that has run out of time may go on before its node is ended. */
const graceMs = 1000;

type CancelAttempt = Extract<SchedulerAction, { type: 'cancelAttempt' }>;

/** What is needed to end a node whose task does not end. */
interface Ending {
  /** Milliseconds of the cluster's clock. */
  nowMs(): number;
  endNode(rank: number, why: string): void;
}

/**
 * Attempts that ran out of time and go on. Nothing reaches a node whose task computes, and all that waits there would wait
 * with it: the node is ended, and what it had runs elsewhere.
 */
export class OverdueAttempts {
  private readonly timers = new Set<NodeJS.Timeout>();

  constructor(
    private readonly core: SchedulerCore,
    private readonly ending: Ending,
  ) {}

  watch(attempt: CancelAttempt, task: TaskState | undefined): void {
    // One that was cancelled, or has a result elsewhere, may go on to its end.
    if (!task || !attempt.force || task.status === 'cancelled' || task.isCancelling) return;
    this.lookLater({ ...attempt, name: task.name, sinceMs: this.ending.nowMs() }, graceMs);
  }

  close(): void {
    for (const timer of this.timers) clearTimeout(timer);
  }

  private lookLater(attempt: CancelAttempt & { name: string; sinceMs: number }, ms: number): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      const { rank, task, attempt: number, name, sinceMs } = attempt;
      if (this.core.node(rank)?.attempts.get(task)?.number !== number) return;
      const leftMs = sinceMs + graceMs - this.ending.nowMs(); // the clock may have stood meanwhile
      if (leftMs > 0) return this.lookLater(attempt, leftMs);
      this.ending.endNode(rank, `task ${name} #${task} goes on although its time has run out`);
    }, ms);
    timer.unref();
    this.timers.add(timer);
  }
}
