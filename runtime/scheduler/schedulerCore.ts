/**
 * The scheduler as a state machine `(state, event) -> actions`: no clock, no process, no socket, and all chance comes
 * from the seeded source it is given. Start here; dispatcher.ts decides where, lineage.ts keeps what is needed.
 *
 * Failure assumptions: nodes crash or fall silent and are declared gone by a detector; what a node says after that
 * bears an old epoch and is refused. Messages to a node that lives arrive. The driver that runs this does not fail.
 * A result counts once: the first of the attempts that were not abandoned.
 *
 * Cost of a task: O(log n) in tasks that wait, and what the policy looks at of the nodes.
 */
import { Attempts } from './attempts';
import { Census } from './census';
import { dependencyFailure, noNodes } from './dependencyFailure';
import { Dispatcher } from './dispatcher';
import { Endings } from './endings';
import { JobLedger } from './jobLedger';
import { JobPolicies } from './jobPolicies';
import { Lineage } from './lineage';
import type {
  Holder,
  JobId,
  KnownEnd,
  NodeResources,
  Policy,
  SchedulerAction,
  SchedulerEvent,
  TaskId,
  TaskSpec,
} from './model';
import { NodeRecord } from './nodeRecord';
import { misfit, retryObstacle } from './obstacles';
import { type Placement, Placements } from './placements';
import type { SchedulerOptions } from './schedulerOptions';
import { TaskQueue } from './taskQueue';
import { TaskRecord } from './taskRecord';

/** How often late tasks and long queues are looked for while there are any. */
const lookMs = 100;

export class SchedulerCore {
  private readonly tasks = new Map<TaskId, TaskRecord>();
  private readonly nodes = new Map<number, NodeRecord>();
  private readonly ledger = new JobLedger();
  private readonly censuses = new Map<JobId, Census>();
  /** The one that was asked for last. */
  private last: { job: JobId; census: Census } | undefined;
  private readonly placements: Placements;
  private readonly policies: JobPolicies;
  private readonly dispatcher: Dispatcher;
  private readonly attempts: Attempts;
  private readonly lineage: Lineage;
  private readonly endings = new Endings({
    act: (action) => this.act(action),
    withdraw: (task) => {
      this.dispatcher.withdraw(task);
      this.attempts.abandon(task, true);
    },
    gaveUp: (task) => this.lineage.gaveUp(task),
  });
  private actions: SchedulerAction[] = [];
  private nowMs = 0;
  private lookDueMs = 0;
  /** The last node is gone, and none will come. */
  private deserted = false;
  private expectsNodes = false;

  constructor(private readonly options: SchedulerOptions) {
    this.placements = new Placements(options.placementsKept);
    this.policies = new JobPolicies(options.policy);
    this.dispatcher = new Dispatcher(
      this.policies,
      this.placements,
      () => options.random(),
      (task, node, copy) => this.attempts.start(task, node, copy, this.nowMs),
      (task) => task.spec.expectedMs ?? this.attempts.history.expectedMs(task.name),
    );
    this.lineage = new Lineage({
      tasks: this.tasks,
      withdraw: (task) => this.dispatcher.withdraw(task),
      ready: (task) => {
        task.state = 'ready';
        this.dispatcher.place(task, this.nowMs, 'placed');
      },
      release: (task, node) => this.act({ type: 'release', rank: node.rank, task: task.id }),
      dropped: (task) => this.act({ type: 'dropped', task: task.id }),
    });
    this.attempts = new Attempts(options, this.ledger, {
      act: (action) => this.act(action),
      stir: (node) => this.dispatcher.stir(node),
      stirAll: () => this.dispatcher.stirAll(),
      again: (task) => this.lineage.wait(task),
      done: (task, node, inline) => this.done(task, node, inline),
      failed: (task, failure) => this.endings.fail(task, failure),
      inputLost: (input, holder) => this.inputLost(input, holder),
      copy: (task) => this.dispatcher.copy(task, this.nowMs),
    });
  }

  /** What is to be done because of an event. */
  handle(event: SchedulerEvent, nowMs: number): SchedulerAction[] {
    this.nowMs = nowMs;
    this.apply(event);
    this.dispatcher.settle(nowMs);
    const { actions } = this;
    this.actions = [];
    return actions;
  }

  /** When the next `tick` is due at the latest; undefined if nothing waits for time. */
  get nextDueMs(): number | undefined {
    const alarmMs = this.attempts.nextAlarmMs;
    if (!this.attempts.watches && !this.dispatcher.watches) return alarmMs;
    return Math.min(alarmMs ?? Infinity, this.lookDueMs);
  }

  /** Tasks that have not ended, or may be asked for. */
  get size(): number {
    return this.tasks.size;
  }

  /** Why a task is where it is, oldest placement first. */
  placementsOf(task: TaskId): Placement[] {
    return this.placements.of(task);
  }

  /** The last placements, oldest first. */
  newestPlacements(most: number): Placement[] {
    return this.placements.newest(most);
  }

  /** Tasks that are ready and wait for a node. */
  get queued(): number {
    return this.dispatcher.waiting;
  }

  /** The nodes as the policies see them, by rank. */
  get allNodes(): readonly NodeRecord[] {
    return [...this.nodes.values()].sort((a, b) => a.rank - b.rank);
  }

  /** How the tasks of a job are placed; without one, those of jobs that have no policy of their own. */
  policyOf(job?: JobId): Policy {
    return this.policies.of(job);
  }

  /** The node as the policies see it. */
  node(rank: number): NodeRecord | undefined {
    return this.nodes.get(rank);
  }

  /** How many of a job's tasks are in each state. */
  census(job: JobId): Census {
    const { last } = this;
    if (last?.job === job) return last.census;
    const census = this.censuses.get(job) ?? new Census();
    this.censuses.set(job, census);
    this.last = { job, census };
    return census;
  }

  /** A task that has not ended, or may be asked for. */
  task(id: TaskId): TaskRecord | undefined {
    return this.tasks.get(id);
  }

  /** All of these, in the order in which they were handed in. */
  get allTasks(): IterableIterator<TaskRecord> {
    return this.tasks.values();
  }

  /** Why a task cannot begin anew; undefined if it can. */
  retryObstacle(id: TaskId): string | undefined {
    return this.deserted ? 'no node is left to run it' : retryObstacle(this.tasks, id);
  }

  private apply(event: SchedulerEvent): void {
    switch (event.type) {
      case 'nodeJoined':
        return this.nodeJoined(event.rank, event.epoch, event.resources);
      case 'nodeGone':
        return this.nodeGone(event.rank, event.epoch, event.died);
      case 'nodeLoad': {
        const node = this.nodes.get(event.rank);
        if (node) Object.assign(node, { cpu: event.cpu, usedMemoryMiB: event.usedMemoryMiB });
        return;
      }
      case 'cordon':
        return this.cordon(event.rank);
      case 'uncordon': {
        const node = this.nodes.get(event.rank);
        if (node) node.cordoned = false;
        return this.nodesChanged();
      }
      case 'nodesExpected':
        this.expectsNodes = event.expected;
        return this.lookIfDeserted();
      case 'moved': {
        const task = this.tasks.get(event.task);
        const node = this.nodes.get(event.rank);
        if (task && node?.epoch === event.epoch) this.lineage.moved(task, node);
        return;
      }
      case 'jobOpened':
        return this.ledger.open(event.job, event.share);
      case 'jobClosed':
        this.policies.set(event.job, undefined);
        return this.ledger.close(event.job);
      case 'submit':
        return this.submit(event.task, event.known);
      case 'cancel':
        return this.endings.cancel(this.tasks.get(event.task));
      case 'retry':
        return this.retry(this.tasks.get(event.task));
      case 'forget': {
        const task = this.tasks.get(event.task);
        if (task) this.lineage.forget(task);
        return;
      }
      case 'finished': {
        const node = this.nodes.get(event.rank);
        if (node?.epoch !== event.epoch) return; // of a node that was declared gone
        this.attempts.finished(node, event, this.nowMs);
        return this.sayIfDrained(node);
      }
      case 'policy':
        return this.dispatcher.placeAnew(this.nowMs, this.policies.share(event.policy));
      case 'jobPolicy':
        return this.dispatcher.placeAnew(this.nowMs, this.policies.set(event.job, event.policy));
      case 'tick':
        return this.tick();
    }
  }

  private tick(): void {
    this.attempts.carryOutAlarms(this.nowMs);
    if (this.nowMs < this.lookDueMs) return;
    this.lookDueMs = this.nowMs + lookMs;
    this.attempts.copyLate(this.nowMs);
    this.dispatcher.rebalance(this.nowMs);
  }

  private act(action: SchedulerAction): void {
    this.actions.push(action);
  }

  private submit(spec: TaskSpec, known: KnownEnd | undefined): void {
    if (known) return this.enterKnown(spec, known);
    const inputs =
      spec.dependencies.length === 0
        ? noInputs
        : spec.dependencies.map((id) => {
            const input = this.tasks.get(id);
            if (!input) throw new RangeError(`task ${spec.id} takes the result of ${id}, which is not known`);
            return input;
          });
    const task = new TaskRecord(spec, inputs, this.census(spec.job));
    this.tasks.set(spec.id, task);
    const dead = inputs.find(({ state }) => state === 'failed' || state === 'cancelled');
    const problem = this.options.grows ? undefined : misfit(task, this.nodes);
    if (dead) this.endings.fail(task, dependencyFailure(dead));
    else if (this.deserted) this.endings.fail(task, noNodes);
    else if (problem) this.endings.fail(task, { cause: 'cannotFit', message: problem });
    else this.lineage.adopt(task);
  }

  /** It has ended before, so that it takes nothing: its inputs are let go without it. */
  private enterKnown(spec: TaskSpec, known: KnownEnd): void {
    const task = new TaskRecord(spec, noInputs, this.census(spec.job));
    this.tasks.set(spec.id, task);
    if (known.type === 'failed') return this.endings.fail(task, known.failure);
    const { bytes } = known;
    task.result = { bytes, inline: true, holders: new Set() };
    task.state = 'done';
    task.told = true;
    this.act({ type: 'resolved', task: spec.id, rank: -1, inline: true, bytes });
  }

  private retry(task: TaskRecord | undefined): void {
    if (!task || this.retryObstacle(task.id) !== undefined) return;
    task.restart(task.spec.dependencies.map((id) => this.tasks.get(id) as TaskRecord));
    this.lineage.adopt(task);
  }

  private done(task: TaskRecord, node: NodeRecord, inline: boolean): void {
    const { rank } = node;
    const { id: taskId, told } = task;
    task.told = true;
    if (told) this.act({ type: 'relocated', task: taskId, rank, inline });
    else this.act({ type: 'resolved', task: taskId, rank, inline, bytes: task.result?.bytes ?? 0 });
    this.lineage.done(task);
  }

  private inputLost(input: TaskRecord, { rank, epoch }: Holder): void {
    const node = this.nodes.get(rank);
    if (node?.epoch === epoch) this.lineage.lost(input, node);
  }

  private nodeJoined(rank: number, epoch: number, resources: NodeResources): void {
    const known = this.nodes.get(rank);
    if (known) this.nodeGone(rank, known.epoch, false);
    const queue = new TaskQueue(this.ledger, (job) => this.policies.of(job).order);
    this.deserted = false;
    this.nodes.set(rank, new NodeRecord(rank, epoch, resources, queue));
    this.nodesChanged();
  }

  private nodeGone(rank: number, epoch: number, died: boolean): void {
    const node = this.nodes.get(rank);
    if (node?.epoch !== epoch) return;
    node.gone = true;
    this.nodes.delete(rank);
    this.nodesChanged();
    for (const task of [...node.held]) this.lineage.lost(task, node);
    this.attempts.nodeGone(node, died);
    this.dispatcher.evict(node, this.nowMs);
    this.lookIfDeserted();
  }

  /** Where no node is left and none will come, nothing is waited for. */
  private lookIfDeserted(): void {
    this.deserted = this.nodes.size === 0 && !this.options.grows && !this.expectsNodes;
    if (this.deserted)
      for (const task of [...this.tasks.values()]) if (!task.ended) this.endings.fail(task, noNodes);
  }

  private cordon(rank: number): void {
    const node = this.nodes.get(rank);
    if (!node || node.cordoned) return;
    node.cordoned = true;
    this.nodesChanged();
    this.dispatcher.evict(node, this.nowMs);
    this.sayIfDrained(node);
  }

  private sayIfDrained(node: NodeRecord): void {
    if (node.cordoned && node.running === 0) this.act({ type: 'drained', rank: node.rank });
  }

  private nodesChanged(): void {
    const active = [...this.nodes.values()].filter(({ cordoned }) => !cordoned);
    this.dispatcher.setActive(active, this.nowMs);
  }
}

const noInputs: readonly TaskRecord[] = [];
