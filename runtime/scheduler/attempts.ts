/** The life of attempts: started, ended, late, out of time, lost with their node. */
import { Heap } from './heap';
import { History } from './history';
import type { JobLedger } from './jobLedger';
import type { Holder, InputPlace, SchedulerAction, SchedulerEvent, TaskFailure } from './model';
import type { NodeRecord } from './nodeRecord';
import type { Attempt, TaskRecord } from './taskRecord';

type Finished = Extract<SchedulerEvent, { type: 'finished' }>;

export interface AttemptOptions {
  /** A task whose attempts were lost with their nodes so often has failed. */
  mostAttempts: number;
  /** A task that ran on so many nodes that died is bad: it fails alone. */
  badAfterNodes: number;
  /** Late tasks are copied to nodes that have nothing to do. */
  speculation: boolean;
}

/** What attempts need of the scheduler. */
export interface AttemptContext {
  act(action: SchedulerAction): void;
  /** The node may take something. */
  stir(node: NodeRecord): void;
  /** A job that is held back by its quota may go on. */
  stirAll(): void;
  /** It is to run again. */
  again(task: TaskRecord): void;
  done(task: TaskRecord, node: NodeRecord, inline: boolean): void;
  failed(task: TaskRecord, failure: TaskFailure): void;
  inputLost(input: TaskRecord, holder: Holder): void;
  /** Starts a second attempt where a node has nothing to do. */
  copy(task: TaskRecord): boolean;
}

const noInputs: readonly InputPlace[] = [];

function placeOf({ id, result }: TaskRecord): InputPlace {
  const holders = result && !result.inline ? [...result.holders] : [];
  return { task: id, holders: holders.map(({ rank, epoch }) => ({ rank, epoch })) };
}

type Alarm = { atMs: number } & ({ attempt: Attempt } | { paused: TaskRecord });

export class Attempts {
  readonly history = new History();
  private readonly alarms = new Heap<Alarm>((a, b) => a.atMs < b.atMs);
  /** Those that run, of tasks that have no copy. */
  private readonly running = new Set<Attempt>();

  constructor(
    private readonly options: AttemptOptions,
    private readonly ledger: JobLedger,
    private readonly context: AttemptContext,
  ) {}

  /** When a retry or a timeout is due. */
  get nextAlarmMs(): number | undefined {
    return this.alarms.peek()?.atMs;
  }

  /** Some attempt may become late. */
  get watches(): boolean {
    return this.options.speculation && this.running.size > 0;
  }

  start(task: TaskRecord, node: NodeRecord, copy: boolean, nowMs: number): void {
    const { needs, expectedMs, job } = task;
    const atOnce = node.hasFree(needs);
    task.attemptsMade += 1;
    const attempt: Attempt = {
      task,
      number: task.attemptsMade,
      node,
      sentAtMs: nowMs,
      expectedMs,
      copy,
      abandoned: false,
    };
    task.state = 'running';
    task.attempts.push(attempt);
    node.attempts.set(task.id, attempt);
    node.take(needs);
    node.outstandingMs += expectedMs;
    this.ledger.take(job, needs.cpus, expectedMs);
    if (atOnce) this.begin(attempt, nowMs);
    else node.aheadMs += expectedMs;
    this.context.act({
      type: 'run',
      rank: node.rank,
      epoch: node.epoch,
      task: task.id,
      attempt: attempt.number,
      inputs: task.inputs.length === 0 ? noInputs : task.inputs.map(placeOf),
    });
  }

  /** A node says how an attempt ended; one that is not known is passed over. */
  finished(node: NodeRecord, { task: id, attempt: number, outcome, ms }: Finished, nowMs: number): void {
    const attempt = node.attempts.get(id);
    if (attempt?.number !== number) return;
    this.end(attempt, ms, nowMs);
    const { task } = attempt;
    if (attempt.abandoned || task.ended) {
      if (outcome.type === 'result' && !outcome.inline) {
        this.context.act({ type: 'release', rank: node.rank, task: id });
      }
      return;
    }
    if (outcome.type === 'result') {
      this.history.add(task.name, node, ms);
      this.abandon(task, false);
      const { bytes, inline } = outcome;
      task.result = { bytes, inline, holders: new Set(inline ? [] : [node]) };
      task.state = 'done';
      if (!inline) node.held.add(task);
      this.context.done(task, node, inline);
    } else if (outcome.type === 'inputLost') {
      const input = task.inputs.find(({ id: each }) => each === outcome.input);
      if (input) this.context.inputLost(input, outcome.holder);
      if (task.state === 'running' && task.liveCount === 0) this.context.again(task);
    } else {
      const message = outcome.type === 'error' ? outcome.message : 'the node gave it up';
      this.triedInVain(task, { cause: 'error', message }, nowMs);
    }
  }

  /** Nobody waits for its attempts any more; `force`: they are to end now, not when they are through. */
  abandon(task: TaskRecord, force: boolean): void {
    for (const attempt of task.live) this.giveUp(attempt, force);
  }

  /** The node's attempts are lost with it. */
  nodeGone(node: NodeRecord, died: boolean): void {
    for (const attempt of [...node.attempts.values()]) {
      const { task, abandoned, startedAtMs } = attempt;
      this.remove(attempt, 0);
      if (abandoned || task.ended) continue;
      if (startedAtMs !== undefined) {
        task.interrupted += 1;
        task.census.lost += 1;
      }
      if (startedAtMs !== undefined && died) task.nodesKilled += 1;
      if (task.liveCount > 0) continue;
      const failure = this.tooOften(task);
      if (failure) this.context.failed(task, failure);
      else this.context.again(task);
    }
  }

  /** Carries out the retries and timeouts that are due. */
  carryOutAlarms(nowMs: number): void {
    for (let alarm = this.alarms.peek(); alarm && alarm.atMs <= nowMs; alarm = this.alarms.peek()) {
      this.alarms.pop();
      if ('paused' in alarm) {
        if (alarm.paused.state === 'paused') this.context.again(alarm.paused);
      } else this.outOfTime(alarm.attempt, nowMs);
    }
  }

  /** Copies tasks that are late. */
  copyLate(nowMs: number): void {
    if (!this.watches) return;
    for (const attempt of [...this.running]) {
      if (this.isLate(attempt, nowMs) && this.context.copy(attempt.task)) this.running.delete(attempt);
    }
  }

  private begin(attempt: Attempt, nowMs: number): void {
    attempt.startedAtMs = nowMs;
    if (!attempt.abandoned) attempt.task.begun();
    attempt.node.begun += 1;
    attempt.node.begunCpus += attempt.task.needs.cpus;
    if (attempt.task.liveCount === 1) this.running.add(attempt);
    const { timeoutMs } = attempt.task.spec;
    if (timeoutMs !== undefined) this.alarms.push({ atMs: nowMs + timeoutMs, attempt });
  }

  private isLate({ task, startedAtMs = Infinity }: Attempt, nowMs: number): boolean {
    return task.liveCount === 1 && nowMs - startedAtMs > this.history.lateAfterMs(task.name);
  }

  private outOfTime(attempt: Attempt, nowMs: number): void {
    const { task } = attempt;
    if (attempt.abandoned || !task.attempts.includes(attempt)) return;
    this.giveUp(attempt, true);
    const message = `it ran for longer than ${task.spec.timeoutMs ?? 0} ms`;
    this.triedInVain(task, { cause: 'timeout', message }, nowMs);
  }

  private tooOften({ nodesKilled, interrupted }: TaskRecord): TaskFailure | undefined {
    if (nodesKilled >= this.options.badAfterNodes) {
      const message = `${nodesKilled} nodes died while they ran it: it is most likely the cause`;
      return { cause: 'bad', message };
    }
    if (interrupted < this.options.mostAttempts) return undefined;
    return { cause: 'interrupted', message: `it was started ${interrupted} times, and each node was lost` };
  }

  /** Tried again after a pause, if it may be and no other attempt runs. */
  private triedInVain(task: TaskRecord, failure: TaskFailure, nowMs: number): void {
    if (task.liveCount > 0) return;
    if (task.retriesLeft === 0) return this.context.failed(task, failure);
    const pauseMs = task.spec.backoffMs * 2 ** (task.spec.retries - task.retriesLeft);
    task.retriesLeft -= 1;
    task.census.retried += 1;
    task.state = 'paused';
    this.alarms.push({ atMs: nowMs + pauseMs, paused: task });
  }

  private giveUp(attempt: Attempt, force: boolean): void {
    if (attempt.startedAtMs !== undefined) attempt.task.left();
    attempt.abandoned = true;
    this.running.delete(attempt);
    const { node, task, number } = attempt;
    const { rank, epoch } = node;
    if (!node.gone) {
      this.context.act({ type: 'cancelAttempt', rank, epoch, task: task.id, attempt: number, force });
    }
  }

  /** It has left its node, where the next one has its turn. */
  private end(attempt: Attempt, ms: number, nowMs: number): void {
    const { node, task } = attempt;
    this.remove(attempt, ms);
    for (const next of node.attempts.values()) {
      if (next.startedAtMs !== undefined) continue;
      if (node.begunCpus + next.task.needs.cpus > node.cpus) break;
      node.aheadMs -= next.expectedMs;
      this.begin(next, nowMs);
    }
    this.context.stir(node);
    if (this.ledger.isLimited(task.job)) this.context.stirAll();
  }

  private remove(attempt: Attempt, ms: number): void {
    const { node, task, expectedMs } = attempt;
    node.attempts.delete(task.id);
    node.giveBack(task.needs);
    node.outstandingMs -= expectedMs;
    if (attempt.startedAtMs === undefined) node.aheadMs -= expectedMs;
    else {
      node.begunCpus -= task.needs.cpus;
      node.begun -= 1;
      if (!attempt.abandoned) task.left();
    }
    this.ledger.giveBack(task.job, task.needs.cpus, expectedMs, ms);
    this.running.delete(attempt);
    task.attempts.splice(task.attempts.indexOf(attempt), 1);
  }
}
