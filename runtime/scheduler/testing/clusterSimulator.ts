/**
 * The scheduler with a simulated cluster around it: time, delays and faults come from a seed. Messages from a node to
 * the scheduler keep their order, and may come twice, or after the node was declared gone.
 */
import { Heap } from '../heap';
import type { NodeResources, SchedulerAction, SchedulerEvent, TaskFailure, TaskId, TaskSpec } from '../model';
import { SchedulerCore } from '../schedulerCore';
import type { SchedulerOptions } from '../schedulerOptions';
import { type Behavior, SimulatedNode } from './simulatedNode';

interface Due {
  atMs: number;
  turn: number;
  callback: () => void;
}

export type End =
  { type: 'result'; value: number } | { type: 'failed'; failure: TaskFailure } | { type: 'cancelled' };

/** Between two sides of a link. */
const delayMs = 0.05;
/** A crashed node is known as gone after so long. */
const detectionMs = 20;

export class ClusterSimulator {
  readonly core: SchedulerCore;
  readonly nodes = new Map<number, SimulatedNode>();
  readonly ends = new Map<TaskId, End[]>();
  readonly runs = new Map<TaskId, number>();
  readonly behaviors = new Map<TaskId, Behavior>();
  nowMs = 0;
  /** When the driver was last told of an end. */
  lastEndMs = 0;
  private readonly due = new Heap<Due>((a, b) => (a.atMs !== b.atMs ? a.atMs < b.atMs : a.turn < b.turn));
  private readonly driver = new Map<TaskId, number>();
  private readonly leaving = new Set<number>();
  private turns = 0;
  private epochs = 0;
  private tickAtMs = Infinity;
  /** The value in the message that is handled. */
  private arriving: number | undefined;

  constructor(
    private readonly random: () => number,
    options: Omit<SchedulerOptions, 'random'>,
    /** Share of the messages from nodes that come a second time, later. */
    private readonly duplicates = 0,
    /** Called when the driver is told of an end. */
    private readonly onEnd: (task: TaskId) => void = () => undefined,
  ) {
    this.core = new SchedulerCore({ ...options, random });
  }

  after(ms: number, callback: () => void): void {
    this.due.push({ atMs: this.nowMs + ms, turn: (this.turns += 1), callback });
  }

  join(rank: number, resources: NodeResources, speed = 1): void {
    const epoch = (this.epochs += 1);
    const node = new SimulatedNode(rank, epoch, resources, speed, {
      after: (ms, callback) => this.after(ms, callback),
      behavior: (task) => this.behaviors.get(task) as Behavior,
      fetch: (task, holder) => {
        if (!holder) return this.driver.get(task);
        const held = this.living(holder.rank);
        return held?.epoch === holder.epoch ? held.values.get(task) : undefined;
      },
      send: (event, value) => this.fromNode(node, event, value),
      crashed: (self) => this.crash(self.rank),
      ran: (task) => this.runs.set(task, (this.runs.get(task) ?? 0) + 1),
    });
    this.nodes.set(rank, node);
    this.handle({ type: 'nodeJoined', rank, epoch, resources });
  }

  /** The node ends; that is noticed later. */
  crash(rank: number): void {
    const node = this.living(rank);
    if (!node) return;
    node.alive = false;
    this.after(detectionMs, () => this.declareGone(node, true));
  }

  /** The node is not heard of any more, and works on: its results come, too late, once it is declared gone. */
  silence(rank: number): void {
    const node = this.living(rank);
    if (!node) return;
    node.silent = true;
    this.after(detectionMs, () => this.declareGone(node, false));
  }

  /** The node is sent away: it finishes what it runs, the driver takes over what it holds, and it is gone. */
  leave(rank: number): void {
    if (!this.core.node(rank)) return;
    this.leaving.add(rank);
    this.handle({ type: 'cordon', rank });
  }

  submit(spec: TaskSpec, behavior: Behavior): void {
    this.behaviors.set(spec.id, behavior);
    this.handle({ type: 'submit', task: spec });
  }

  /** Goes on until nothing is left to happen; throws if that takes too many steps. */
  run(mostSteps = 1_000_000): void {
    for (let steps = 0; steps < mostSteps; steps += 1) {
      this.armTick();
      const next = this.due.pop();
      if (!next) return;
      this.nowMs = next.atMs;
      next.callback();
    }
    throw new Error(`the simulation goes on after ${mostSteps} steps`);
  }

  handle(event: SchedulerEvent): void {
    for (const action of this.core.handle(event, this.nowMs)) this.carryOut(action);
  }

  living(rank: number): SimulatedNode | undefined {
    const node = this.nodes.get(rank);
    return node?.alive ? node : undefined;
  }

  private declareGone(node: SimulatedNode, died: boolean): void {
    if (this.nodes.get(node.rank) === node) this.nodes.delete(node.rank);
    this.handle({ type: 'nodeGone', rank: node.rank, epoch: node.epoch, died });
  }

  private fromNode(node: SimulatedNode, event: SchedulerEvent, value?: number): void {
    const arrive = () => {
      this.arriving = value;
      this.handle(event);
      this.arriving = undefined;
    };
    this.after(node.silent ? 2 * detectionMs : delayMs, arrive);
    if (this.random() < this.duplicates) this.after(delayMs + this.random() * detectionMs, arrive);
  }

  private carryOut(action: SchedulerAction): void {
    if (action.type === 'run') {
      const node = this.nodes.get(action.rank);
      if (node?.epoch !== action.epoch)
        throw new Error(`task ${action.task} was sent to a node that is gone`);
      this.after(delayMs, () => node.alive && node.take(action));
    } else if (action.type === 'cancelAttempt') {
      const node = this.nodes.get(action.rank);
      const { task, attempt, force } = action;
      this.after(delayMs, () => node?.alive && node.cancel(task, attempt, force));
    } else if (action.type === 'drained' && this.leaving.delete(action.rank))
      this.after(0, () => this.left(action.rank));
    else if (action.type === 'release') this.nodes.get(action.rank)?.values.delete(action.task);
    else if (action.type === 'resolved') this.resolved(action);
    else if (action.type === 'rejected') this.ended(action.task, { type: 'failed', failure: action.failure });
    else if (action.type === 'cancelled') this.ended(action.task, { type: 'cancelled' });
    else if (action.type === 'relocated' && action.inline) this.keep(action.task);
  }

  private left(rank: number): void {
    const known = this.core.node(rank);
    const node = this.nodes.get(rank);
    if (!known || node?.epoch !== known.epoch || !known.cordoned) return;
    for (const { id: task } of [...known.held]) {
      const value = node.values.get(task);
      if (value === undefined) continue;
      this.driver.set(task, value);
      this.handle({ type: 'moved', task, rank, epoch: node.epoch });
    }
    node.alive = false;
    this.declareGone(node, false);
  }

  private resolved({ task, rank, inline }: Extract<SchedulerAction, { type: 'resolved' }>): void {
    if (inline) this.keep(task);
    const value = inline ? this.arriving : this.nodes.get(rank)?.values.get(task);
    if (value === undefined) throw new Error(`the result of task ${task} is not where it is said to be`);
    this.ended(task, { type: 'result', value });
  }

  /** As the driver: the value that has just come counts, the scheduler says. */
  private keep(task: TaskId): void {
    if (this.arriving === undefined) throw new Error(`no result of task ${task} has come`);
    this.driver.set(task, this.arriving);
  }

  private ended(task: TaskId, end: End): void {
    this.ends.set(task, [...(this.ends.get(task) ?? []), end]);
    this.lastEndMs = this.nowMs;
    this.after(0, () => this.onEnd(task));
  }

  private armTick(): void {
    const dueMs = this.core.nextDueMs;
    if (dueMs === undefined || dueMs >= this.tickAtMs) return;
    const atMs = Math.max(dueMs, this.nowMs);
    this.tickAtMs = atMs;
    this.after(atMs - this.nowMs, () => {
      this.tickAtMs = Infinity;
      this.handle({ type: 'tick' });
    });
  }
}
