/** The tasks that wait for one node. */
import type { JobLedger } from './jobLedger';
import type { JobFilter } from './jobPolicies';
import type { JobId, Policy } from './model';
import { OrderedQueue } from './orderedQueue';
import type { TaskRecord } from './taskRecord';

type Order = Policy['order'];

/** Higher priority first; then by the policy's order; then as they came. */
const comparisons: Record<Order, (a: TaskRecord, b: TaskRecord) => boolean> = {
  arrival: (a, b) => (a.priority !== b.priority ? a.priority > b.priority : a.id < b.id),
  shortestFirst: (a, b) => {
    if (a.priority !== b.priority) return a.priority > b.priority;
    return a.expectedMs !== b.expectedMs ? a.expectedMs < b.expectedMs : a.id < b.id;
  },
  longestFirst: (a, b) => {
    if (a.priority !== b.priority) return a.priority > b.priority;
    return a.expectedMs !== b.expectedMs ? a.expectedMs > b.expectedMs : a.id < b.id;
  },
};

/**
 * An ordered queue for each job; the job that is due most is asked first. Tasks that are taken out of turn stay in theirs
 * until they come up, and are passed over. Cost: O(1) for a task that comes in order, else O(log n); and one step a job.
 */
export class TaskQueue {
  private readonly queues = new Map<JobId, OrderedQueue<Entry>>();
  /** Tasks that wait. */
  size = 0;

  constructor(
    private readonly ledger: JobLedger,
    private readonly orderOf: (job: JobId) => Order,
  ) {}

  add(task: TaskRecord): void {
    const entry: Entry = { task };
    task.queueEntry = entry;
    this.size += 1;
    let queue = this.queues.get(task.job);
    if (!queue) {
      queue = new OrderedQueue<Entry>((a, b) => comparisons[this.orderOf(task.job)](a.task, b.task));
      this.queues.set(task.job, queue);
    }
    queue.push(entry);
  }

  /** Takes a task out that waits here. */
  remove(task: TaskRecord): void {
    task.queueEntry = undefined;
    this.size -= 1;
  }

  /** The task that is to go next, of those of these jobs that are within their quotas; it stays. */
  next(jobs?: JobFilter): TaskRecord | undefined {
    let best: TaskRecord | undefined;
    let least = Infinity;
    for (const [job, queue] of this.queues) {
      const task = firstOf(queue);
      if (!task) {
        this.queues.delete(job);
        continue;
      }
      if (jobs && !jobs(job)) continue;
      const had = this.ledger.had(job);
      if (had < least && this.ledger.allows(job, task.needs.cpus)) {
        least = had;
        best = task;
      }
    }
    return best;
  }

  /** All tasks of these jobs, in the order in which they were handed in; none of them stays. */
  drain(jobs?: JobFilter): TaskRecord[] {
    const tasks: TaskRecord[] = [];
    for (const [job, queue] of this.queues) {
      if (jobs && !jobs(job)) continue;
      this.queues.delete(job);
      for (const entry of queue) if (entry.task.queueEntry === entry) tasks.push(entry.task);
    }
    for (const task of tasks) task.queueEntry = undefined;
    this.size -= tasks.length;
    return tasks.sort((a, b) => a.id - b.id);
  }
}

/** A task in a queue; it is there as long as the task knows this entry as its own. */
interface Entry {
  readonly task: TaskRecord;
}

function firstOf(queue: OrderedQueue<Entry>): TaskRecord | undefined {
  for (let first = queue.peek(); first; first = queue.peek()) {
    if (first.task.queueEntry === first) return first.task;
    queue.pop();
  }
  return undefined;
}
