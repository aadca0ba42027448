/** Results between the driver's node and the nodes that hold them. */
import type { SchedulerEvent } from '../scheduler/model';
import type { Departures } from './departures';
import { notices, type ResultAnswer } from './messages';
import type { TaskPort } from './taskPort';
import type { TaskState } from './taskState';
import type { Packed } from './wire';

/** What this needs of the driver. */
export interface ResultContext {
  readonly departures: Departures;
  stateOf(task: number): TaskState | undefined;
  handle(event: SchedulerEvent): void;
  /** It need not run again. */
  leaveCall(task: TaskState): void;
  /** A result that this node holds as an executing one. */
  handOut(id: number, to: number): void;
  /** An answer to this node as an executing one. */
  answered(answer: ResultAnswer, from: number): void;
}

export class ResultTraffic {
  /** `epoch` is the life of all nodes. */
  constructor(
    private readonly port: TaskPort,
    private readonly context: ResultContext,
    private readonly epoch: number,
  ) {
    port.on(notices.wantResult, (id, from) => this.handOut(id as number, from));
    port.on(notices.result, (value, from) => this.answered(value as ResultAnswer, from));
  }

  /** Asks for a result that stayed where it was made. */
  fetch(task: TaskState): void {
    if (!this.port.hasFailed(task.rank)) this.port.send(task.rank, notices.wantResult, task.id);
  }

  private handOut(id: number, to: number): void {
    const task = this.context.stateOf(id);
    if (!task?.isHere) return this.context.handOut(id, to);
    const answer: ResultAnswer = [id, true, task.value];
    this.port.send(to, notices.result, answer);
  }

  private answered(answer: ResultAnswer, from: number): void {
    const { context } = this;
    const [id, found, value] = answer;
    const task = context.stateOf(id);
    if (context.departures.answered(id) && found && task) this.moved(task, value, from);
    if (found && task?.isAwaited && !task.isHere) {
      task.fetched(value);
      if (task.isForgotten) context.handle({ type: 'forget', task: id });
    }
    context.answered(answer, from);
  }

  /** A result that another node held is here now. */
  private moved(task: TaskState, value: Packed, from: number): void {
    const { context, epoch } = this;
    task.value = value;
    task.isHere = true;
    const wasAwaited = task.isAwaited;
    task.settleIfKnown();
    context.leaveCall(task);
    context.handle({ type: 'moved', task: task.id, rank: from, epoch });
    if (wasAwaited && task.isForgotten) context.handle({ type: 'forget', task: task.id });
  }
}
