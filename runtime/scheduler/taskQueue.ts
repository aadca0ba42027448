/** The tasks that wait for one node. */
import { Heap } from './heap';
import type { JobLedger } from './jobLedger';
import type { JobId, Policy } from './model';
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
 * A heap for each job; the job that is due most is asked first. Tasks that are taken out of turn stay in their heap
 * until they come up, and are passed over. Cost: O(log n) for a task, and one step a job.
 */
export class TaskQueue {
  private readonly heaps = new Map<JobId, Heap<Entry>>();
  private readonly members = new Map<TaskRecord, Entry>();

  constructor(
    private readonly ledger: JobLedger,
    private readonly order: () => Order,
  ) {}

  get size(): number {
    return this.members.size;
  }

  add(task: TaskRecord): void {
    const entry: Entry = { task, present: true };
    this.members.set(task, entry);
    let heap = this.heaps.get(task.job);
    if (!heap) {
      heap = new Heap<Entry>((a, b) => comparisons[this.order()](a.task, b.task));
      this.heaps.set(task.job, heap);
    }
    heap.push(entry);
  }

  remove(task: TaskRecord): void {
    const entry = this.members.get(task);
    if (!entry) return;
    entry.present = false;
    this.members.delete(task);
  }

  /** The task that is to go next, of the jobs that are within their quotas; it stays. */
  next(): TaskRecord | undefined {
    let best: TaskRecord | undefined;
    let least = Infinity;
    for (const [job, heap] of this.heaps) {
      const task = firstOf(heap);
      if (!task) {
        this.heaps.delete(job);
        continue;
      }
      const had = this.ledger.had(job);
      if (had < least && this.ledger.allows(job, task.needs.cpus)) {
        least = had;
        best = task;
      }
    }
    return best;
  }

  /** All tasks, in the order in which they came; none stays. */
  drain(): TaskRecord[] {
    const tasks = [...this.members.keys()];
    this.members.clear();
    this.heaps.clear();
    return tasks;
  }
}

interface Entry {
  task: TaskRecord;
  present: boolean;
}

function firstOf(heap: Heap<Entry>): TaskRecord | undefined {
  for (let first = heap.peek(); first; first = heap.peek()) {
    if (first.present) return first.task;
    heap.pop();
  }
  return undefined;
}
