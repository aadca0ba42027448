/**
 * What the driver's node and the executing nodes say to each other, as notices: they are handled whenever a node takes in
 * what has arrived, in the order of their sending. Batches are flat arrays, so many elements a task.
 *
 * Cost of a task: its share of one message each way. An executing node that computes takes nothing in, so nothing large
 * is sent to it unasked: it would hold up the sender.
 */
import type { Packed, PackedArgument } from './wire';

/** Tags of the notices. */
export const notices = {
  /** Executing node to driver: it is there. */
  hello: 1,
  /** Driver to executing node: names of functions, from a number on. */
  names: 2,
  /** Driver to executing node: tasks to run. */
  run: 3,
  /** Executing node to driver: how attempts have ended. */
  ended: 4,
  /** Driver to executing node: an attempt is not wanted any more. */
  cancel: 5,
  /** Driver to executing node: these results are not needed any more. */
  release: 6,
  /** To the node that holds a result, and its answer. */
  wantResult: 7,
  result: 8,
  /** Executing node to driver: an argument that is shared by content, and its answer. */
  wantShared: 9,
  shared: 10,
  /** Driver to executing node: nobody uses this one any more. */
  dropShared: 11,
  /** Executing node to driver: how far a task is. */
  progress: 12,
  /** Executing node to driver: how loaded it is. */
  load: 13,
  /** Driver to executing node: the program has ended. */
  stop: 14,
  /** Driver to executing node: results that stay there are to be copied to the driver too, for its journal. */
  copyResults: 15,
  /** Executing node to driver: such a copy; that the attempt has ended is told after it. */
  copy: 16,
} as const;

/** What an executing node is asked to run. */
export interface Assignment {
  id: number;
  attempt: number;
  functionNumber: number;
  cpus: number;
  args: readonly PackedArgument[];
  /** For each task whose result it takes: its id, the rank that holds it, or -1 and the result. */
  inputs: readonly unknown[];
}

/** Elements of an assignment in a batch. */
export const assignmentLength = 6;
/** Elements of an input. */
export const inputLength = 3;
/** Rank of an input that came along. */
export const cameAlong = -1;

/**
 * How an attempt ended, as it travels: id, attempt, kind, when it began and ended by the node's clock, what. A batch ends
 * with the node's time of sending.
 */
export const endLength = 6;

export const endKinds = { value: 0, held: 1, error: 2, inputLost: 3, cancelled: 4 } as const;
export type EndKind = (typeof endKinds)[keyof typeof endKinds];

/** An error of a task on its way. */
export interface TaskErrorReport {
  message: string;
  /** Where in the program. */
  at?: { file: string; line: number; column: number };
  stack: string;
}

/** What an executing node says of itself. */
export interface Hello {
  resources: {
    host: string;
    cpus: number;
    memoryMiB: number;
    labels: string[];
    custom: Record<string, number>;
    weight: number;
  };
}

/** A result: its task, and whether it was there. */
export type ResultAnswer = [id: number, found: boolean, value: Packed];

/** A copy of a result, for the journal. */
export type ResultCopy = [id: number, attempt: number, value: Packed];

/** Results above this stay where they were made. */
export const inlineResultBytes = 64 * 1024;
/** Arguments above this travel when they are asked for, once a node. */
export const inlineArgumentBytes = 1024;
