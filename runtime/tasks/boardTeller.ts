/**
 * Tells how the tasks stand: a few times a second at most, however many there are. Cost of a task: nothing but the counts
 * that the scheduler keeps anyway; of a telling: the nodes and the jobs that are told of.
 */
import type { RunningTaskInfo, TaskBoard, TaskJobInfo, TaskNodeInfo } from '../protocol/tasks';
import type { NodeRecord } from '../scheduler/nodeRecord';
import type { SchedulerCore } from '../scheduler/schedulerCore';
import type { FailedTasks } from './failedTasks';
import type { JobState } from './jobState';
import type { TaskState } from './taskState';

/** Between two tellings. */
const everyMs = 250;
/** So much is told of at a time. */
const mostJobs = 50;
const mostRunning = 8;
const mostFailures = 20;
/** Jobs that have ended and are remembered. */
const mostEnded = 1000;

/** Where a board gets what it tells. */
export interface BoardSource {
  readonly core: SchedulerCore;
  readonly failed: FailedTasks;
  /** Milliseconds of the cluster's clock. */
  nowMs(): number;
  stateOf(task: number): TaskState | undefined;
}

export class BoardTeller {
  private jobs: JobState[] = [];
  private timer: NodeJS.Timeout | undefined;
  private toldAtMs = -Infinity;
  private told = '';

  constructor(
    private readonly source: BoardSource,
    private readonly show: (board: TaskBoard) => void,
  ) {}

  /** There is a new job of tasks. */
  opened(job: JobState): void {
    this.jobs.push(job);
    if (this.jobs.length <= 2 * mostEnded) return;
    const ended = this.jobs.filter(({ open }) => open.size === 0);
    const forgotten = new Set(ended.slice(0, Math.max(0, ended.length - mostEnded)));
    this.jobs = this.jobs.filter((each) => !forgotten.has(each));
  }

  /** Tasks of a job, or of all, that have not ended. */
  openTasks(taskJob?: string): TaskState[] {
    const jobs = this.jobs.filter(({ id }) => taskJob === undefined || id === taskJob);
    return jobs.flatMap(({ open }) => [...open]);
  }

  /** True while no task is left that has not ended. */
  get isIdle(): boolean {
    return this.jobs.every(({ open }) => open.size === 0);
  }

  /** Something has changed: it is told now, or when it is time. */
  touch(): void {
    const leftMs = this.toldAtMs + everyMs - performance.now();
    // A driver that hands in tasks without a pause lets no timer come.
    if (leftMs <= 0) this.tell();
    else this.timer ??= setTimeout(() => this.tell(), leftMs).unref();
  }

  /** Tells how all stands now. */
  tell(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.toldAtMs = performance.now();
    const board = this.board();
    const text = JSON.stringify(board, withoutAges);
    if (text === this.told) return;
    this.told = text;
    this.show(board);
  }

  private board(): TaskBoard {
    const { core, failed } = this.source;
    const open = this.jobs.filter((job) => job.open.size > 0);
    const ended = this.jobs.filter((job) => job.open.size === 0).reverse();
    const told = [...open, ...ended].slice(0, mostJobs);
    return {
      policy: core.policyOf().name,
      jobs: told.map((job) => this.infoOf(job)),
      furtherJobs: this.jobs.length - told.length,
      nodes: core.allNodes.map((node) => this.nodeInfo(node)),
      failures: failed.latest(mostFailures),
    };
  }

  private infoOf({ id, name, fromJournal }: JobState): TaskJobInfo {
    const { core } = this.source;
    const census = core.census(id);
    const { total, waiting, paused, queued, begun, done, failed, cancelled, retried, lost } = census;
    const open = { waiting: waiting + paused, queued, running: begun };
    const [own, shared] = [core.policyOf(id).name, core.policyOf().name];
    const policy = own === shared ? undefined : own;
    return { id, name, policy, total, ...open, done, failed, cancelled, retried, lost, fromJournal };
  }

  private nodeInfo(node: NodeRecord): TaskNodeInfo {
    const { rank, begun, cordoned } = node;
    const running: RunningTaskInfo[] = [];
    const nowMs = this.source.nowMs();
    for (const { task, number, startedAtMs } of node.attempts.values()) {
      if (running.length >= Math.min(begun, mostRunning)) break;
      if (startedAtMs === undefined) continue;
      const progress = this.source.stateOf(task.id)?.progress ?? 0;
      const { id, name, job: taskJob } = task;
      running.push({ id, name, taskJob, attempt: number, forMs: nowMs - startedAtMs, progress });
    }
    return { rank, queued: node.queued + node.running - begun, runs: begun, running, cordoned };
  }
}

/** That a task runs on is nothing new. */
const withoutAges = (key: string, value: unknown): unknown => (key === 'forMs' ? undefined : value);
