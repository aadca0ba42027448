/**
 * What runs tasks on a node. Between tasks it sits in a blocking call, so that a debugger can stop it there, and hands
 * out the results that it holds; while a task computes it does neither. Async tasks run side by side as far as the node's
 * processors go.
 *
 * How tasks ended is told in batches; but before a task that is not known to be short, all that has ended is told first:
 * when the node dies, it is known which task it was running.
 */
import { inspect } from 'node:util';
import { LockstepError } from '../protocol/errors';
import type { Wait } from '../protocol/node';
import { programFrames } from '../program/sourceStack';
import { runAs } from './currentTask';
import { EndReport } from './endReport';
import { HeldResults, InputLost } from './heldResults';
import {
  type Assignment,
  assignmentLength,
  cameAlong,
  inputLength,
  notices,
  type ResultAnswer,
  type TaskErrorReport,
} from './messages';
import { NodeLoad } from './nodeLoad';
import { ShortTasks } from './shortTasks';
import { type AnyFunction, functionNamed } from './task';
import type { TaskPort } from './taskPort';
import { TaskRun } from './taskRun';
import { argumentKinds, pack, type Packed, type PackedArgument, unpackArgument } from './wire';

const idle: Wait = { operation: 'nextTask', communicator: 'tasks', peer: 0, idle: 'waits for a task' };

export interface ExecutorOptions {
  driverRank: number;
  cpus: number;
  /** Says what the node is doing. */
  doing(id: number, name: string): void;
  /** Called when there is something to run. */
  onWork?(): void;
}

export class Executor {
  private stopped = false;
  private readonly names: string[] = [];
  private readonly queue: Assignment[] = [];
  /** Async tasks that run, and how each is ended from outside. */
  private readonly open = new Map<TaskRun, (error: unknown) => void>();
  private busyCpus = 0;
  private wake: () => void = () => undefined;
  private pumping = false;
  private readonly results: HeldResults;
  private readonly report: EndReport;
  private readonly short = new ShortTasks();
  private readonly load: NodeLoad;

  constructor(
    private readonly port: TaskPort,
    private readonly options: ExecutorOptions,
  ) {
    const { driverRank } = options;
    this.results = new HeldResults(port, driverRank);
    this.report = new EndReport(port, driverRank, (id, value) => this.results.hold(id, value));
    this.load = new NodeLoad((load) => port.send(driverRank, notices.load, load));
    port.on(notices.names, (value) => {
      const [from, ...names] = value as [number, ...string[]];
      names.forEach((name, index) => (this.names[from + index] = name));
    });
    port.on(notices.run, (batch) => this.take(batch as unknown[]));
    port.on(notices.cancel, (value) => this.cancel(...(value as [number, number])));
    port.on(notices.stop, () => this.stop());
  }

  /** It runs nothing any more. */
  stop(): void {
    this.stopped = true;
    this.wake();
  }

  /** Hands a result out that this node holds. */
  handOut(id: number, to: number): void {
    const found = this.results.find(id);
    const answer: ResultAnswer = [id, found !== undefined, found?.value];
    this.port.send(to, notices.result, answer);
  }

  answered(answer: ResultAnswer, from: number): void {
    this.results.answered(answer, from);
  }

  /** Runs tasks until the program has ended; blocks while there are none. */
  async serve(): Promise<void> {
    while (!this.stopped) {
      while (this.canStart()) this.start();
      this.report.tell();
      if (this.open.size > 0) await this.event();
      else this.port.blockUntil(() => this.stopped || this.queue.length > 0, idle);
    }
  }

  /** Runs tasks for about so long, on a node whose event loop is the driver's; true if some are left that could run. */
  runFor(ms: number): boolean {
    const untilMs = performance.now() + ms;
    while (this.canStart() && performance.now() < untilMs) this.start();
    this.report.tell();
    return this.canStart();
  }

  /** An error that nobody has caught belongs to the async tasks that run; false if there are none. */
  uncaught(error: unknown): boolean {
    const ends = [...this.open.values()];
    for (const end of ends) end(error);
    return ends.length > 0;
  }

  private take(batch: readonly unknown[]): void {
    for (let i = 0; i < batch.length; i += assignmentLength) {
      const args = batch[i + 4] as readonly PackedArgument[];
      this.queue.push({
        id: batch[i] as number,
        attempt: batch[i + 1] as number,
        functionNumber: batch[i + 2] as number,
        cpus: batch[i + 3] as number,
        args,
        inputs: batch[i + 5] as readonly unknown[],
      });
      for (const arg of args) this.askFor(arg);
    }
    this.wake();
    this.options.onWork?.();
  }

  /** Shared arguments come while other tasks run. */
  private askFor(argument: PackedArgument): void {
    if (typeof argument !== 'object' || argument === null) return;
    if (argument[0] === argumentKinds.shared) this.results.ask(argument[1] as string);
    else if (argument[0] === argumentKinds.list) {
      for (const each of argument[1] as readonly PackedArgument[]) this.askFor(each);
    }
  }

  private cancel(id: number, attempt: number): void {
    const index = this.queue.findIndex((each) => each.id === id && each.attempt === attempt);
    const [waiting] = index >= 0 ? this.queue.splice(index, 1) : [];
    if (waiting) {
      const nowMs = performance.now();
      this.report.cancelled({ id, attempt, beganMs: nowMs, endedMs: nowMs });
      this.report.tell(nowMs);
    }
    for (const [run, end] of this.open) {
      if (run.id !== id || run.attempt !== attempt) continue;
      run.cancel();
      end(undefined);
    }
  }

  private canStart(): boolean {
    const [next] = this.queue;
    return next !== undefined && (this.open.size === 0 || this.busyCpus + next.cpus <= this.options.cpus);
  }

  private start(): void {
    const assignment = this.queue.shift() as Assignment;
    const name = this.names[assignment.functionNumber] ?? '';
    if (!this.short.isShort(assignment.functionNumber)) this.report.tell();
    this.options.doing(assignment.id, name);
    const run = new TaskRun(assignment, name, this.port, this.options.driverRank);
    try {
      const value = runAs(run, functionOf(name), this.argumentsOf(assignment));
      if (value instanceof Promise) this.follow(run, value);
      else this.succeeded(run, value);
    } catch (error) {
      this.failed(run, error);
    }
  }

  private argumentsOf({ args, inputs }: Assignment): unknown[] {
    const values: unknown[] = [];
    for (const arg of args) {
      values.push(
        unpackArgument(arg, {
          shared: (hash) => this.results.sharedValue(hash),
          input: (index) => this.inputOf(inputs, index),
        }),
      );
    }
    return values;
  }

  private inputOf(inputs: readonly unknown[], index: number): Packed {
    const [id, holder, value] = inputs.slice(index * inputLength) as [number, number, Packed];
    return holder === cameAlong ? value : this.results.fetch(id, holder);
  }

  /** Waits for an async task while others go on. */
  private follow(run: TaskRun, value: Promise<unknown>): void {
    const { cpus } = run.assignment;
    this.busyCpus += cpus;
    const close = (end: () => void): void => {
      if (!this.open.delete(run)) return; // ended before, from outside
      this.busyCpus -= cpus;
      end();
      this.report.tell();
      this.wake();
      this.options.onWork?.();
    };
    this.open.set(run, (error) => close(() => this.failed(run, error)));
    value.then(
      (result) => close(() => this.succeeded(run, result)),
      (error: unknown) => close(() => this.failed(run, error)),
    );
  }

  private succeeded(run: TaskRun, value: unknown): void {
    let packed: Packed;
    try {
      packed = pack(value, `the result of ${run.name}`);
    } catch (error) {
      return this.failed(run, error);
    }
    const endedMs = performance.now();
    this.report.value(this.endOf(run, endedMs), packed);
    this.ended(run, endedMs);
  }

  private failed(run: TaskRun, error: unknown): void {
    const endedMs = performance.now();
    const end = this.endOf(run, endedMs);
    if (error instanceof InputLost) this.report.inputLost(end, error.input, error.holder);
    else if (run.isCancelled) this.report.cancelled(end);
    else this.report.error(end, describeError(error));
    this.ended(run, endedMs);
  }

  private endOf({ id, attempt, beganMs }: TaskRun, endedMs: number): Parameters<EndReport['cancelled']>[0] {
    return { id, attempt, beganMs, endedMs };
  }

  private ended({ assignment, beganMs }: TaskRun, endedMs: number): void {
    this.short.add(assignment.functionNumber, endedMs - beganMs);
    this.report.tellIfDue(endedMs);
    this.load.look(endedMs);
  }

  /** Resolves when a task has ended or something has arrived. */
  private event(): Promise<void> {
    if (!this.pumping) void this.pump();
    return new Promise((resolve) => (this.wake = resolve));
  }

  private async pump(): Promise<void> {
    this.pumping = true;
    while (this.open.size > 0 && !this.stopped) {
      await this.port.arrival();
      this.port.progress();
      this.wake();
    }
    this.pumping = false;
  }
}

function functionOf(name: string): AnyFunction {
  const found = functionNamed(name);
  if (found) return found;
  throw new LockstepError('unknownTask', { name });
}

function describeError(thrown: unknown): TaskErrorReport {
  if (!(thrown instanceof Error)) return { message: `threw ${inspect(thrown)}`, stack: '' };
  const frames = programFrames(thrown.stack ?? '');
  const [at] = frames;
  return {
    message: `${thrown.name}: ${thrown.message}`,
    at: at && { file: at.file, line: at.line, column: at.column },
    stack: frames.map(({ text }) => text).join('\n'),
  };
}
