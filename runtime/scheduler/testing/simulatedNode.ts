/** A node of the simulation: runs what it is sent in its order, as many at a time as it has processors. */
import type { Holder, NodeResources, Outcome, SchedulerAction, SchedulerEvent, TaskId } from '../model';

export type Run = Extract<SchedulerAction, { type: 'run' }>;

/** What a simulated task is: how long it takes, and its value from those of its inputs. */
export interface Behavior {
  ms: number;
  cpus: number;
  bytes: number;
  inline: boolean;
  value(inputs: readonly number[]): number;
  /** Errors that it still throws before it goes well. */
  errorsLeft: number;
  /** Ends the node that runs it. */
  kills: boolean;
}

/** What a node needs of its world. */
export interface World {
  after(ms: number, callback: () => void): void;
  behavior(task: TaskId): Behavior;
  /** The value that a node, or the driver, holds; undefined: it is not there. */
  fetch(task: TaskId, holder: Holder | undefined): number | undefined;
  /** A message to the scheduler; with the value where it travels along. */
  send(event: SchedulerEvent, value?: number): void;
  /** It has ended because of what it ran. */
  crashed(node: SimulatedNode): void;
  ran(task: TaskId): void;
}

export class SimulatedNode {
  readonly values = new Map<TaskId, number>();
  alive = true;
  /** Its messages do not arrive, as if its link were cut. */
  silent = false;
  private readonly waiting: Run[] = [];
  private readonly cancelled = new Set<string>();
  private readonly running = new Map<string, number>();
  /** Most processors that were in use at a time. */
  mostCpus = 0;

  constructor(
    readonly rank: number,
    readonly epoch: number,
    readonly resources: NodeResources,
    readonly speed: number,
    private readonly world: World,
  ) {}

  take(run: Run): void {
    this.waiting.push(run);
    this.go();
  }

  cancel(task: TaskId, attempt: number, force: boolean): void {
    const key = `${task}/${attempt}`;
    const index = this.waiting.findIndex((run) => run.task === task && run.attempt === attempt);
    if (index >= 0) {
      const [run] = this.waiting.splice(index, 1);
      this.finish(run as Run, { type: 'cancelled' }, 0);
    } else if (force && this.running.has(key)) this.cancelled.add(key);
  }

  private go(): void {
    for (let next = this.waiting[0]; next; next = this.waiting[0]) {
      const { cpus, ms, kills } = this.world.behavior(next.task);
      const used = [...this.running.values()].reduce((sum, each) => sum + each, 0);
      if (used + cpus > this.resources.cpus) return;
      const run = next;
      this.waiting.shift();
      this.running.set(`${run.task}/${run.attempt}`, cpus);
      this.mostCpus = Math.max(this.mostCpus, used + cpus);
      this.world.ran(run.task);
      const inputs = this.inputsOf(run);
      const tookMs = ms / this.speed;
      this.world.after(tookMs, () => {
        if (!this.alive) return;
        if (kills) return this.world.crashed(this);
        this.end(run, inputs, tookMs);
      });
    }
  }

  private inputsOf({ inputs }: Run): number[] | Outcome {
    const values: number[] = [];
    for (const { task, holders } of inputs) {
      const [holder] = holders;
      const value = this.world.fetch(task, holder);
      if (value === undefined && holder) return { type: 'inputLost', input: task, holder };
      if (value === undefined) throw new Error(`the driver does not have the result of task ${task}`);
      values.push(value);
    }
    return values;
  }

  private end(run: Run, inputs: number[] | Outcome, ms: number): void {
    const key = `${run.task}/${run.attempt}`;
    this.running.delete(key);
    const behavior = this.world.behavior(run.task);
    let outcome: Outcome;
    let value: number | undefined;
    if (this.cancelled.delete(key)) outcome = { type: 'cancelled' };
    else if (!Array.isArray(inputs)) outcome = inputs;
    else if (behavior.errorsLeft > 0) {
      behavior.errorsLeft -= 1;
      outcome = { type: 'error', message: 'as told' };
    } else {
      value = behavior.value(inputs);
      if (!behavior.inline) this.values.set(run.task, value);
      outcome = { type: 'result', bytes: behavior.bytes, inline: behavior.inline };
    }
    this.finish(run, outcome, ms, value);
    this.go();
  }

  private finish({ task, attempt }: Run, outcome: Outcome, ms: number, value?: number): void {
    const { rank, epoch } = this;
    this.world.send({ type: 'finished', rank, epoch, task, attempt, outcome, ms }, value);
  }
}
