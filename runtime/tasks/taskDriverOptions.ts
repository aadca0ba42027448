import type { TaskBoard } from '../protocol/tasks';
import type { Policy } from '../scheduler/model';
import type { TaskJournal } from './journal/taskJournal';
import type { ResultAnswer } from './messages';
import type { TaskPort } from './taskPort';

/** What the scheduler's edge needs of its node. */
export interface TaskDriverOptions {
  port: TaskPort;
  policy: Policy;
  /** Where it is kept what becomes of tasks. */
  journal?: TaskJournal;
  /** Milliseconds of the cluster's clock, which stands while a node does. */
  nowMs(): number;
  random(): number;
  /** A result that this node holds as an executing one. */
  handOut(id: number, to: number): void;
  /** An answer to this node as an executing one. */
  answered(answer: ResultAnswer, from: number): void;
  /** Tells whoever looks on how the tasks stand. */
  tell(board: TaskBoard): void;
  /** A node that runs tasks has failed, or has left; told before what it held is given up. */
  onLost(rank: number): void;
  /** Ends another node, and says why. */
  endNode(rank: number, why: string): void;
}
