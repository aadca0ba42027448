/**
 * The scheduler's edge on the driver's node: events from the program and from the executing nodes go into the pure core,
 * and its actions go out. Start here; scheduler.ts is what the program calls, executor.ts what runs on the other nodes.
 *
 * Cost of a task on this node: its part of two messages, and the core's work for it; nothing is sent or looked up for a
 * task alone where others travel at the same time.
 */
import type { LockstepError } from '../protocol/errors';
import type { SchedulerAction, SchedulerEvent, TaskSpec } from '../scheduler/model';
import { SchedulerCore } from '../scheduler/schedulerCore';
import { BoardTeller } from './boardTeller';
import { Departures } from './departures';
import { describeFailure } from './describeFailure';
import { DueTimer } from './dueTimer';
import { FailedTasks } from './failedTasks';
import { inputPlaces } from './inputPlaces';
import { Journaled } from './journal/journaled';
import type { TaskJournal } from './journal/taskJournal';
import { endKinds, type EndKind, endLength, type Hello, notices, type ResultAnswer } from './messages';
import type { Load } from './nodeLoad';
import { outcomeOf } from './outcome';
import { Outboxes } from './outboxes';
import { OverdueAttempts } from './overdueAttempts';
import { Presence } from './presence';
import { ResultTraffic } from './resultTraffic';
import { SharedArguments } from './sharedArguments';
import type { TaskDriverOptions } from './taskDriverOptions';
import type { TaskPort } from './taskPort';
import { rowOf } from './taskRows';
import type { TaskState } from './taskState';
import { UnseenFailures } from './unseenFailures';
import type { Packed } from './wire';

/** So many tasks are handed in before what has arrived is taken in: a program that only adds must not hold all up. */
const addedAtOnce = 64;
/** Each node has one life in a job. */
const epoch = 1;

type Run = Extract<SchedulerAction, { type: 'run' }>;
type Resolved = Extract<SchedulerAction, { type: 'resolved' | 'relocated' }>;

export class TaskDriver {
  readonly core: SchedulerCore;
  readonly shared: SharedArguments;
  readonly journal: TaskJournal | undefined;
  private readonly journaled: Journaled;
  readonly outboxes: Outboxes;
  /** Tasks whose results are elsewhere, or that have none: forgotten once the program has no handle of them. */
  private readonly handles = new FinalizationRegistry<TaskState>((task) => this.letGo(task));
  private readonly port: TaskPort;
  private readonly states = new Map<number, TaskState>();
  private readonly overdue: OverdueAttempts;
  /** Nodes that take no more tasks, or leave. */
  readonly departures: Departures;
  private readonly results: ResultTraffic;
  private flushDue = false;
  private added = 0;
  private readonly timer = new DueTimer(
    () => this.nowMs(),
    () => this.handle({ type: 'tick' }),
  );
  /** The value that has just come, and when its task began and ended. */
  private arriving: { value: Packed; attempt: number; beganMs: number; endedMs: number } | undefined;
  /** Failures that the program has not asked for. */
  readonly unseen = new UnseenFailures();
  readonly failed = new FailedTasks((task) => this.leaveCall(task));
  readonly board: BoardTeller;
  private lastId = 0;
  readonly presence = new Presence();

  constructor(private readonly options: TaskDriverOptions) {
    const { port } = options;
    this.port = port;
    this.journal = options.journal;
    this.journaled = new Journaled(options.journal, port);
    this.departures = new Departures(this, port);
    this.results = new ResultTraffic(port, this, epoch);
    this.shared = new SharedArguments(port);
    this.outboxes = new Outboxes(port);
    this.core = new SchedulerCore({
      policy: options.policy,
      random: () => options.random(),
      mostAttempts: 4,
      badAfterNodes: 3,
      speculation: true,
      grows: false,
      placementsKept: 10_000,
    });
    this.overdue = new OverdueAttempts(this.core, options);
    this.board = new BoardTeller(this, (board) => options.tell(board));
    port.on(notices.hello, (hello, rank) => {
      this.journaled.joined(rank);
      this.handle({ type: 'nodeJoined', rank, epoch, resources: (hello as Hello).resources });
      this.presence.settle(rank);
    });
    port.on(notices.ended, (ends, rank) => this.ended(ends as unknown[], rank));
    port.on(notices.progress, (value) => {
      const [id, , share] = value as [number, number, number];
      const task = this.states.get(id);
      if (task) task.progress = share;
      this.board.touch();
    });
    port.on(notices.load, (value, rank) => {
      const [cpu, usedMemoryMiB] = value as Load;
      this.handle({ type: 'nodeLoad', rank, cpu, usedMemoryMiB });
    });
    port.onFailed((rank, byItself) => {
      options.onLost(rank);
      this.gone(rank, byItself);
    });
  }

  get nextId(): number {
    return (this.lastId += 1);
  }

  /** Hands a task in. */
  submit(task: TaskState, spec: TaskSpec): void {
    this.states.set(task.id, task);
    task.job.added(task);
    this.handle({ type: 'submit', task: spec, known: this.journaled.recall(task) });
    this.added += 1;
    if (this.added < addedAtOnce) return;
    this.added = 0;
    this.flush();
    this.port.progress();
  }

  cancel(task: TaskState): void {
    task.isCancelling = true;
    this.handle({ type: 'cancel', task: task.id });
  }

  /** Runs a task again that has failed for good, if it can; else says why not. */
  retry(task: TaskState): string | undefined {
    if (!task.call) return 'what it was called with is not kept any more';
    const obstacle = this.core.retryObstacle(task.id);
    if (obstacle !== undefined) return obstacle;
    this.failed.leave(task);
    this.unseen.seen(task);
    task.job.reopened(task);
    task.restart();
    this.handle({ type: 'retry', task: task.id });
    return undefined;
  }

  /** A task that has not ended, or may be asked for. */
  stateOf(id: number): TaskState | undefined {
    return this.states.get(id);
  }

  /** Milliseconds of the cluster's clock. */
  nowMs(): number {
    return this.options.nowMs();
  }

  resultOf(task: TaskState): Promise<unknown> {
    this.unseen.seen(task);
    const result = task.result(() => this.results.fetch(task));
    if (task.isAwaited && !task.onSettled) task.onSettled = this.awaiting(`task ${task.name} #${task.id}`);
    return result;
  }

  /** Says what the program awaits, until what is returned is called. */
  awaiting(what: string): () => void {
    return this.port.awaiting(what);
  }

  /** Puts an event into the core and carries out what comes of it. */
  handle(event: SchedulerEvent): void {
    for (const action of this.core.handle(event, this.options.nowMs())) this.carryOut(action);
    if (!this.arriving) this.journal?.write();
    if (this.flushDue) return;
    this.flushDue = true;
    queueMicrotask(() => this.flush());
  }

  /** A result that this node holds as an executing one. */
  handOut(id: number, to: number): void {
    this.options.handOut(id, to);
  }

  /** An answer to this node as an executing one. */
  answered(answer: ResultAnswer, from: number): void {
    this.options.answered(answer, from);
  }

  /** Nothing is waited for any more. */
  close(): void {
    this.timer.close();
    this.overdue.close();
    this.board.tell();
  }

  /** A node is gone: what it ran, and results that it held and that are needed, are made elsewhere. */
  gone(rank: number, died: boolean): void {
    this.handle({ type: 'nodeGone', rank, epoch, died });
    this.presence.settle(rank);
    this.departures.gone(rank);
  }

  private flush(): void {
    this.flushDue = false;
    this.outboxes.flush();
    this.timer.arm(this.core.nextDueMs);
    this.board.touch();
  }

  private carryOut(action: SchedulerAction): void {
    switch (action.type) {
      case 'run':
        return this.run(action);
      case 'resolved':
      case 'relocated':
        return this.resolved(action);
      case 'rejected': {
        const task = this.states.get(action.task) as TaskState;
        const { origin } = action.failure;
        const failure = task.fromJournal
          ? task.failure
          : describeFailure(task, action.failure, this.states.get(origin ?? -1));
        if (failure) this.journaled.failed(task, action.failure, failure);
        return this.finish(task, 'failed', failure, origin);
      }
      case 'cancelled': {
        const task = this.states.get(action.task) as TaskState;
        return this.finish(task, 'cancelled', describeFailure(task, { cause: 'cancelled' }));
      }
      case 'cancelAttempt':
        this.outboxes.flushOf(action.rank);
        this.port.send(action.rank, notices.cancel, [action.task, action.attempt]);
        return this.overdue.watch(action, this.states.get(action.task));
      case 'release':
        return this.outboxes.release(action.rank, action.task);
      case 'dropped':
        return this.drop(action.task);
      case 'drained':
        return this.departures.isDrained(action.rank);
    }
  }

  private run({ rank, task: id, attempt, inputs }: Run): void {
    const task = this.states.get(id) as TaskState;
    task.sentTo(rank);
    const places = inputPlaces(inputs, rank, this.port.rank, (input) => this.states.get(input));
    this.outboxes.run(rank, id, attempt, task.functionNumber, task.cpus, task.call?.args, places);
  }

  /** A batch of attempts has ended. */
  private ended(batch: readonly unknown[], rank: number): void {
    // The node's clock may be another machine's: what counts is how long ago.
    const offsetMs = performance.now() - (batch.at(-1) as number);
    for (let i = 0; i + 1 < batch.length; i += endLength) {
      const id = batch[i] as number;
      const attempt = batch[i + 1] as number;
      const beganMs = batch[i + 3] as number;
      const endedMs = batch[i + 4] as number;
      const what = batch[i + 5];
      const ended = { task: this.states.get(id), rank, attempt };
      const outcome = outcomeOf(batch[i + 2] as EndKind, what, ended, epoch);
      this.arriving = {
        value: what as Packed,
        attempt,
        beganMs: beganMs + offsetMs,
        endedMs: endedMs + offsetMs,
      };
      this.handle({ type: 'finished', rank, epoch, task: id, attempt, outcome, ms: endedMs - beganMs });
      if (batch[i + 2] === endKinds.held) this.journal?.toldOf(id, attempt);
    }
    this.arriving = undefined;
    this.journal?.write();
  }

  private resolved({ type, task: id, rank, inline }: Resolved): void {
    const task = this.states.get(id) as TaskState;
    task.rank = rank;
    task.isHere = inline;
    if (this.arriving) {
      if (inline) task.value = this.arriving.value;
      task.beganMs = this.arriving.beganMs;
      task.endedMs = this.arriving.endedMs;
    }
    if (inline) this.leaveCall(task);
    if (type === 'resolved') {
      this.journaled.done(task, this.arriving?.attempt);
      return this.finish(task, 'done');
    }
    if (!task.settleIfKnown()) this.results.fetch(task);
  }

  /** It has ended, as far as the program is concerned. */
  private finish(
    task: TaskState,
    status: 'done' | 'failed' | 'cancelled',
    failure?: LockstepError,
    origin?: number,
  ): void {
    const { hasEnded, onEnded, handle } = task;
    task.failure = failure;
    if (hasEnded) {
      task.settleIfKnown(); // its result was lost, and could not be made again
      return;
    }
    task.status = status;
    task.job.ended(task, status);
    if (status === 'failed') this.keepFailed(task, origin);
    else if (failure) this.leaveCall(task);
    if (!task.settleIfKnown()) this.results.fetch(task);
    // What has come along lives as long as its handle, and is a value to whoever takes it later.
    if (task.isHere) this.handle({ type: 'forget', task: task.id });
    else if (handle) this.handles.register(handle, task);
    task.handle = undefined;
    task.onEnded = undefined;
    for (const listener of onEnded ?? []) listener(task);
  }

  private keepFailed(task: TaskState, origin: number | undefined): void {
    this.unseen.add(task);
    const record = this.core.task(task.id);
    if (record) this.failed.add(task, rowOf(record, task, this.nowMs()), origin);
  }

  /** It need not run again: what it was called with can go. */
  leaveCall(task: TaskState): void {
    for (const hash of task.call?.shared ?? []) this.shared.leave(hash);
    task.call = undefined;
  }

  /** The program has no handle of it any more; but a promise of its result may be waited for. */
  private letGo(task: TaskState): void {
    task.isForgotten = true;
    if (!task.isAwaited) this.handle({ type: 'forget', task: task.id });
    else (task.onEnded ??= []).push(() => task.isAwaited || this.handle({ type: 'forget', task: task.id }));
  }

  private drop(id: number): void {
    const task = this.states.get(id);
    if (!task) return;
    this.leaveCall(task);
    this.states.delete(id);
  }
}
