/** The tasks of a job, as its driver tells of them, and what the driver can be asked. */
import { LockstepError } from '../protocol/errors';
import type { TaskBoard, TaskPage, TaskQuestion, TaskQuestions } from '../protocol/tasks';
import type { Job } from './job';

/** The node that the driver runs on. */
const driverRank = 0;

export class JobTasks {
  /** How they stood last. */
  last: { timeMs: number; board: TaskBoard } | undefined;

  constructor(private readonly job: Job) {}

  /** The driver tells how they stand. */
  told(board: TaskBoard): void {
    this.last = { timeMs: Date.now(), board };
    void this.job.context.publish({ type: 'tasksChanged', job: this.job.info.id, ...this.last });
  }

  /** Asks the driver. Rejects with LockstepError `noTasks`, `jobEnded`, `driverSilent`, `unknownTaskId`. */
  async ask<K extends TaskQuestion['type']>(
    type: K,
    question: TaskQuestions[K]['question'],
  ): Promise<TaskQuestions[K]['answer']> {
    const { info, nodes } = this.job;
    if (!this.last) throw new LockstepError('noTasks', { what: info.id });
    const driver = nodes[driverRank];
    if (!driver?.live) throw new LockstepError('jobEnded', { job: info.id, state: info.state });
    return driver.askTasks({ ...question, type } as TaskQuestion) as Promise<TaskQuestions[K]['answer']>;
  }

  /** As `list`; once the driver has ended, what it told last. */
  async list(question: TaskQuestions['list']['question']): Promise<TaskPage> {
    if (this.job.nodes[driverRank]?.live || !this.last) return this.ask('list', question);
    const { phase, taskJob, offset, limit } = question;
    const rows = phase === undefined || phase === 'failed' ? this.last.board.failures : [];
    const wanted = rows.filter((row) => taskJob === undefined || row.taskJob === taskJob);
    return { tasks: wanted.slice(offset, offset + limit), more: wanted.length > offset + limit };
  }
}
