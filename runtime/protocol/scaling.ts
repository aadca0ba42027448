/** Jobs whose number of nodes changes while they run. */
import { causeWords } from './causeWords';

/** On whose wish a job got more or fewer nodes: its program's, a client's, the autoscaler's, or to replace one that was lost. */
export const scaleCauses = ['program', 'client', 'autoscaler', 'replacement'] as const;
export type ScaleCause = (typeof scaleCauses)[number];

/** Why a job gets more or fewer nodes. */
export interface ScaleReason {
  by: ScaleCause;
  /** In words, without a full stop. */
  why: string;
}

/** A change of a job's number of nodes that has been carried out. */
export interface ScaleRecord extends ScaleReason {
  /** Milliseconds of the cluster's clock since the job's start. */
  timeMs: number;
  /** Nodes that lived before and after. */
  from: number;
  to: number;
  /** Ranks that have joined, and that have left. */
  joined: number[];
  left: number[];
}

/** A change in words: `from 3 to 5 nodes (nodes 3, 4 have joined) by the autoscaler: 40 tasks wait`. */
export function describeScaling({ from, to, joined, left, by, why }: ScaleRecord): string {
  const list = (ranks: readonly number[], verb: string): string[] =>
    ranks.length === 0
      ? []
      : [ranks.length === 1 ? `node ${ranks.join()} has ${verb}` : `nodes ${ranks.join(', ')} have ${verb}`];
  const who = [...list(joined, 'joined'), ...list(left, 'left')].join(', ');
  return `from ${from} to ${to} nodes (${who}) ${causeWords(by)}: ${why}`;
}
