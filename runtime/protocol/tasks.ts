/** A program of tasks, as its driver tells of it: how far each job of tasks is, and what each node runs and has waiting. */
import type { SourceLocation } from './node';

/**
 * - `waiting`: for results that it takes, or for the pause before it is tried again
 * - `queued`: it could run, and waits for its turn on a node
 * - `running`: a node has begun with it
 */
export const taskPhases = ['waiting', 'queued', 'running', 'done', 'failed', 'cancelled'] as const;
export type TaskPhase = (typeof taskPhases)[number];

/** A job of tasks, and how many of them are where. */
export interface TaskJobInfo extends Record<TaskPhase, number> {
  /** Unique in its program. */
  id: string;
  /** As the program calls it. */
  name: string;
  /** By which its tasks are placed; absent: as those of all others. */
  policy?: string;
  total: number;
  /** Attempts that were made again after an error or a timeout. */
  retried: number;
  /** Attempts that were lost with their nodes; none of them counts as a failure. */
  lost: number;
  /** Tasks that ended in an earlier run, by the program's journal; they are counted as done or failed too. */
  fromJournal: number;
}

/** A task that a node runs. */
export interface RunningTaskInfo {
  id: number;
  name: string;
  /** Id of its job of tasks. */
  taskJob: string;
  /** 1 at first. */
  attempt: number;
  /** For so long when this was told, on the cluster's clock. */
  forMs: number;
  /** As it has told, from 0 to 1. */
  progress: number;
}

/** A node that runs tasks. */
export interface TaskNodeInfo {
  rank: number;
  /** Tasks that wait for their turn there. */
  queued: number;
  /** How many it runs; `running` names the first few. */
  runs: number;
  running: RunningTaskInfo[];
  /** It is given no new tasks. */
  cordoned: boolean;
}

/** How a program of tasks stands; told a few times a second at most, however many tasks there are. */
export interface TaskBoard {
  /** By which tasks are placed whose job says nothing else. */
  policy: string;
  /** Those with open tasks first, then the newest of those that have ended. */
  jobs: TaskJobInfo[];
  /** So many are left out. */
  furtherJobs: number;
  nodes: TaskNodeInfo[];
  /** The newest failures; all that are kept can be asked for. */
  failures: TaskRow[];
}

/** One task. */
export interface TaskRow {
  id: number;
  /** Of its function. */
  name: string;
  taskJob: string;
  phase: TaskPhase;
  /** The nodes that run it, the one it waits for, or the one that ran it last. */
  ranks: number[];
  /** Attempts so far. */
  attempts: number;
  /** How long it has run when this was told; how long it ran, if it has ended. */
  forMs?: number;
  progress?: number;
  /** Of its inputs those that are not there: name and id. */
  inputs?: string[];
  /** It is tried again after a pause. */
  pausing?: boolean;
  /** What its last attempt failed with. */
  reason?: string;
  /** Why it has failed, in a sentence. */
  error?: string;
  /** Where in the program it failed. */
  failedAt?: SourceLocation;
  /** Where its function is declared. */
  at?: SourceLocation;
  /** It ended in an earlier run, and did not run in this one. */
  fromJournal?: boolean;
}

/** The rank that stands for none: asked for are tasks that no node can run that is there. */
export const noNode = -1;

/** More tasks are not answered at a time. */
export const mostTasksListed = 500;

/** Which tasks are asked for. */
export interface TaskFilter {
  /** Id of a job of tasks; absent: of all. */
  taskJob?: string;
  phase?: TaskPhase;
  /** The node that runs it, or that it waits for; `noNode`: none. */
  rank?: number;
}

/** A piece of a list of tasks, oldest first, failures newest first. Tasks that have ended are listed as long as they are known. */
export interface TaskPage {
  tasks: TaskRow[];
  /** There are more behind these. */
  more: boolean;
  /** So many failed before all these, and are not kept any more. */
  forgotten?: number;
}

/** One decision of the scheduler about a task. */
export interface TaskPlacement {
  /** So long ago, on the cluster's clock. */
  agoMs: number;
  policy: string;
  rank: number;
  reason: 'placed' | 'moved' | 'stolen' | 'copied';
  /** The node that it was taken from. */
  from?: number;
  /** Lower is better; null: not looked at. */
  candidates: { rank: number; score: number | null }[];
  /** What the scores are, with their unit. */
  scoreMeaning: string;
}

/** Why a task is where it is. */
export interface TaskExplanation {
  task: TaskRow;
  /** Oldest first; only the newest of a program are kept. */
  placements: TaskPlacement[];
  /** The policy that is in force now. */
  policy: string;
}

/** What became of a wish about several tasks: for how many it was done, and why not for others. */
export interface TasksChanged {
  changed: number;
  refused: string[];
}

/** What a driver can be asked about its tasks; each names what it answers. */
export interface TaskQuestions {
  list: { question: TaskFilter & { offset: number; limit: number }; answer: TaskPage };
  explain: { question: { task: number }; answer: TaskExplanation };
  /** Gives up a task, or all of a job of tasks that have not ended. */
  cancel: { question: { task?: number; taskJob?: string }; answer: TasksChanged };
  /** Runs a task again that has failed for good, or all such of a job of tasks. */
  retry: { question: { task?: number; taskJob?: string }; answer: TasksChanged };
}

/** A question on its way to the driver. */
export type TaskQuestion = {
  [K in keyof TaskQuestions]: { type: K } & TaskQuestions[K]['question'];
}[keyof TaskQuestions];
