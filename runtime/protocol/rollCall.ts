/** Where every node of a job is, when somebody asks: who computes, who waits, and for what. */
import type { NodeState, SourceLocation, Wait } from './node';

/** Where a node is. */
export interface Whereabouts {
  state: NodeState;
  /** The call that it waits in. */
  wait?: Wait;
  /** The line that it computes at, as far as it was seen there. */
  at?: SourceLocation;
  /** What its program awaits while its event loop is idle. */
  awaits?: Wait[];
}

/** Nodes that are at the same place, in words: `wait in barrier at a.ts:12`. */
export interface RollCallGroup {
  ranks: number[];
  text: string;
  at?: SourceLocation;
}

/** The answer: the groups, the smallest first, as it is probably the odd one. */
export interface RollCall {
  groups: RollCallGroup[];
  /** All of it, a sentence a line. */
  text: string;
}
