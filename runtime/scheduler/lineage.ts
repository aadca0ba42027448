/**
 * Who needs whose result, and how a lost one is made again: by running the task that made it, and before it whatever
 * that takes and is lost too (lineage; Zaharia et al. 2012). A task whose result lies on a node alone keeps hold of its
 * inputs' records; one whose result the driver has lets them go.
 */
import type { TaskId } from './model';
import type { NodeRecord } from './nodeRecord';
import type { TaskRecord } from './taskRecord';

/** What lineage needs of the scheduler. */
export interface LineageContext {
  tasks: Map<TaskId, TaskRecord>;
  /** The task is not ready any more. */
  withdraw(task: TaskRecord): void;
  /** All its inputs can be had. */
  ready(task: TaskRecord): void;
  /** The result on this node is not needed. */
  release(task: TaskRecord, node: NodeRecord): void;
  /** Nobody will ask for the task. */
  dropped(task: TaskRecord): void;
}

export class Lineage {
  constructor(private readonly context: LineageContext) {}

  /** A new task: it waits for the inputs that are not there. */
  adopt(task: TaskRecord): void {
    for (const input of task.inputs) {
      input.addDependent(task);
      input.heirs += 1;
    }
    this.wait(task);
  }

  /** It has a result: those that waited for it may go on, and it needs its inputs no more. */
  done(task: TaskRecord): void {
    this.leaveInputs(task);
    for (const dependent of task.dependents) {
      if (dependent.state !== 'waiting') continue;
      dependent.missing -= 1;
      if (dependent.missing === 0) this.context.ready(dependent);
    }
    if (task.result?.inline) this.disown(task);
    this.tidy(task);
  }

  /** It will have no result. */
  gaveUp(task: TaskRecord): void {
    this.leaveInputs(task);
    this.disown(task);
    this.tidy(task);
  }

  /** A node does not hold the result after all. */
  lost(task: TaskRecord, node: NodeRecord): void {
    node.held.delete(task);
    task.result?.holders.delete(node);
    if (task.state !== 'done' || task.available) return;
    if (task.dependents.size > 0 || !task.forgotten) this.revive([task]);
    else this.tidy(task);
  }

  /** The driver has the result that lay on a node: it is not lost any more, whatever becomes of nodes. */
  moved(task: TaskRecord, node: NodeRecord): void {
    if (task.state !== 'done' || !task.result?.holders.has(node)) return;
    for (const holder of task.result.holders) {
      holder.held.delete(task);
      this.context.release(task, holder);
    }
    task.result = { ...task.result, inline: true, holders: new Set() };
    this.disown(task);
    this.tidy(task);
  }

  /** The driver will not ask for it. */
  forget(task: TaskRecord): void {
    task.forgotten = true;
    this.tidy(task);
  }

  /** Puts a task back to where it waits for its inputs; those that are lost are made again. */
  wait(task: TaskRecord): void {
    task.state = 'waiting';
    this.revive(task.inputs.filter(isLost));
    this.count(task);
  }

  /** Runs tasks again whose results are gone and needed. */
  private revive(lost: TaskRecord[]): void {
    const revived = new Set(lost);
    for (const task of revived) {
      task.state = 'waiting';
      task.result = undefined;
      for (const dependent of task.dependents) this.holdBack(dependent);
      for (const input of task.inputs) {
        input.addDependent(task);
        if (isLost(input)) revived.add(input);
      }
    }
    for (const task of revived) this.count(task);
  }

  /** It took an input for granted that is to be made again. */
  private holdBack(task: TaskRecord): void {
    if (!['queued', 'ready', 'paused', 'waiting'].includes(task.state)) return;
    this.context.withdraw(task);
    task.state = 'waiting';
    task.missing = missingInputs(task);
  }

  private count(task: TaskRecord): void {
    task.missing = missingInputs(task);
    if (task.missing === 0) this.context.ready(task);
  }

  private leaveInputs(task: TaskRecord): void {
    for (const input of task.inputs) {
      input.removeDependent(task);
      this.tidy(input);
    }
  }

  /** It will not run again, and so needs nothing of what it takes. */
  private disown(task: TaskRecord): void {
    const { inputs } = task;
    task.inputs = [];
    for (const input of inputs) {
      input.heirs -= 1;
      this.tidy(input);
    }
  }

  /**
   * Lets go of results that nobody will ask for, and drops their tasks; but for one that may have to run again, so that a
   * result which was made of its own can be made again.
   */
  private tidy(first: TaskRecord): void {
    const tidying = [first];
    for (let task = tidying.pop(); task; task = tidying.pop()) {
      if (!task.forgotten || !task.ended || task.dependents.size > 0) continue;
      for (const node of task.result?.holders ?? []) {
        node.held.delete(task);
        this.context.release(task, node);
      }
      task.result?.holders.clear();
      if (task.heirs > 0 || !this.context.tasks.delete(task.id)) continue;
      this.context.dropped(task);
      for (const input of task.inputs) {
        input.heirs -= 1;
        tidying.push(input);
      }
      task.inputs = [];
    }
  }
}

const isLost = (task: TaskRecord): boolean => task.state === 'done' && !task.available;
const missingInputs = (task: TaskRecord): number => task.inputs.filter((input) => !input.available).length;
