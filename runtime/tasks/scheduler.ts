import type { NodeView } from '../scheduler/model';
import type { Placement } from '../scheduler/placements';
import { policyNames } from '../scheduler/policies';
import { asCompleted } from './completions';
import { TaskJob } from './job';
import { JobState } from './jobState';
import { type Choose, policyOf } from './ownPolicy';
import type { TaskDriver } from './taskDriver';
import { Shared, type Task } from './taskHandle';
import { type JobOptions, shareOf } from './taskOptions';
import { pack } from './wire';

/** Why a task is where it is: each placement with its candidates and their scores, and all of it in words. */
export interface Why {
  placements: readonly Placement[];
  text: string;
}

/** What a driver hands its tasks to: places them on the nodes, and again where a node dies, hangs or is slow. */
export class Scheduler {
  private jobs = 0;
  private readonly sharedHandles = new FinalizationRegistry<string>((hash) => this.driver.shared.leave(hash));

  /** @internal */
  constructor(
    private readonly driver: TaskDriver,
    private readonly onPolicyError: (error: unknown) => void,
  ) {}

  /** Names of the built-in policies. */
  static readonly policies = policyNames;

  /**
   * Opens a job. Several jobs share the nodes by their weights.
   *
   * @throws LockstepError `unknownPolicy`, `badTaskOption`
   * @example
   * const job = scheduler.job('render', { retries: 2, weight: 3, policy: 'longest-first' });
   */
  job(name: string, options: JobOptions = {}): TaskJob {
    const policyNamed = (given: string | Choose) => policyOf(given, this.onPolicyError);
    const policy = options.policy === undefined ? undefined : policyNamed(options.policy);
    const state = new JobState(`${name} ${(this.jobs += 1)}`, name);
    this.driver.handle({ type: 'jobOpened', job: state.id, share: shareOf(options) });
    if (policy) this.driver.handle({ type: 'jobPolicy', job: state.id, policy });
    this.driver.board.opened(state);
    return new TaskJob(this.driver, state, options, policyNamed);
  }

  /** The policy by which tasks are placed whose job has none of its own, by its name. */
  get policy(): string {
    return this.driver.core.policyOf().name;
  }

  /**
   * Places tasks by another policy from now on, also those that wait; but for jobs that have a policy of their own.
   *
   * @param policy the name of a built-in one (`Scheduler.policies`), or a function that chooses a node
   * @throws LockstepError `unknownPolicy`
   */
  setPolicy(policy: string | Choose): void {
    this.driver.handle({ type: 'policy', policy: policyOf(policy, this.onPolicyError) });
  }

  /** The nodes that run tasks, as they are now. */
  get nodes(): readonly NodeView[] {
    return this.driver.core.allNodes;
  }

  /** Gives a node no new tasks; those that wait for it go elsewhere. Resolves when its last task has ended. */
  cordon(rank: number): Promise<void> {
    return this.driver.departures.cordon(rank);
  }

  /** Gives a node tasks again. */
  uncordon(rank: number): void {
    this.driver.handle({ type: 'uncordon', rank });
  }

  /** Why a task is where it is; of the last 10,000 placements. */
  why(task: Task): Why {
    const placements = this.driver.core.placementsOf(task.id);
    const title = `task ${task.name} #${task.id}`;
    const lines = placements.map((placement) => describePlacement(placement));
    if (task.state.fromJournal) lines.unshift('ended in an earlier run; taken from the journal');
    return { placements, text: [title, ...(lines.length > 0 ? lines : ['was not placed yet'])].join('\n  ') };
  }

  /** Tasks in the order in which they end, well or not. */
  asCompleted<T extends Task>(tasks: Iterable<T>): AsyncGenerator<T, void, undefined> {
    return asCompleted(tasks, (what) => this.driver.awaiting(what));
  }

  /**
   * Packs a value that many tasks take, once; it travels once to each node.
   *
   * @throws LockstepError `notClonable`
   * @example
   * const b = scheduler.share(matrix);
   * const rows = job.starmap(multiply, ranges.map((range) => [range, b] as const));
   */
  share<T>(value: T): Shared<T> {
    const shared = new Shared<T>(this.driver.shared.use(pack(value, 'share')));
    this.sharedHandles.register(shared, shared.hash);
    return shared;
  }
}

const words: Record<Placement['reason'], string> = {
  placed: 'went to',
  moved: 'moved to',
  stolen: 'was stolen by',
  copied: 'was copied to',
};

function describePlacement({ policy, rank, reason, from, candidates }: Placement): string {
  const scores = candidates.map(
    ({ rank: each, score }) => `node ${each} ${score === null ? '-' : round(score)}`,
  );
  const origin = from === undefined ? '' : ` from node ${from}`;
  return `${words[reason]} node ${rank}${origin} by ${policy}: ${scores.join(', ')}`;
}

const round = (score: number): string => (Number.isInteger(score) ? String(score) : score.toPrecision(3));
