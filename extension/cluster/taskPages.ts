/** Pieces of the lists of tasks that somebody looks at, asked for when they are, and again when they have become old. */
import type { Disposable } from '../../runtime/core/disposable';
import { mostTasksListed, type TaskPage, type TaskPhase } from '../../runtime/protocol/tasks';

/** A list of tasks of a job. */
export interface TaskList {
  job: string;
  taskJob: string;
  phase: TaskPhase;
  rank?: number;
}

/** What is known of a list. */
export interface KnownTasks extends TaskPage {
  /** Why there is nothing newer, in a sentence. */
  problem?: string;
}

/** Asks a job's driver. */
export type AskTasks = (list: TaskList, limit: number) => Promise<TaskPage>;

/** So many are shown at first, and so many more at a time. */
const piece = 100;
/** A list that is no older than this is not asked for again. */
const youngMs = 1000;
/** Lists that nobody has looked at for longest are forgotten beyond these. */
const mostLists = 100;

interface Entry {
  limit: number;
  askedAtMs: number;
  answer: Promise<KnownTasks>;
  last: KnownTasks;
}

/** The lists by what they list. Cost for the driver: one question a second for each list that can be seen. */
export class TaskPages implements Disposable {
  private readonly entries = new Map<string, Entry>();
  private timer: NodeJS.Timeout | undefined;

  /** `onOld` is called when a list that was looked at may have become another. */
  constructor(
    private readonly ask: AskTasks,
    private readonly onOld: () => void,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /** What is known of a list; never rejects. */
  get(list: TaskList): Promise<KnownTasks> {
    const key = keyOf(list);
    const known = this.entries.get(key);
    const ageMs = known ? this.nowMs() - known.askedAtMs : Infinity;
    if (known && ageMs < youngMs) {
      this.lookAgainIn(youngMs - ageMs);
      return known.answer;
    }
    return this.fetch(key, list, known?.limit ?? piece, known?.last ?? { tasks: [], more: false });
  }

  /** Shows more of a list from now on. */
  showMore(list: TaskList): void {
    const known = this.entries.get(keyOf(list));
    if (!known) return;
    known.limit = Math.min(known.limit + piece, mostTasksListed);
    known.askedAtMs = -Infinity;
    this.onOld();
  }

  /** Whatever is known is old. */
  makeOld(): void {
    for (const entry of this.entries.values()) entry.askedAtMs = -Infinity;
    this.onOld();
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.entries.clear();
  }

  private fetch(key: string, list: TaskList, limit: number, last: KnownTasks): Promise<KnownTasks> {
    const answer = this.ask(list, limit).then(
      (page): KnownTasks => page,
      (error: unknown): KnownTasks => ({
        ...last,
        problem: error instanceof Error ? error.message : String(error),
      }),
    );
    const entry: Entry = { limit, askedAtMs: this.nowMs(), answer, last };
    this.entries.delete(key);
    this.entries.set(key, entry);
    const [oldest] = this.entries.keys();
    if (this.entries.size > mostLists && oldest !== undefined) this.entries.delete(oldest);
    void answer.then((known) => (entry.last = known));
    return answer;
  }

  private lookAgainIn(ms: number): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.onOld();
    }, ms);
  }
}

const keyOf = ({ job, taskJob, phase, rank }: TaskList): string =>
  [job, taskJob, phase, rank ?? 'any'].join('\n');
