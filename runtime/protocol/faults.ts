/** Faults that are made on purpose: what goes wrong between nodes and at nodes, when, and by whose wish. */
import { formatRanks } from './rankList';

/** Some ranks; absent where it may be: all. */
export type Ranks = number | readonly number[];

/** The edges that a fault of messages is on: from each node of `from` to each of `to`. */
export interface Edges {
  from?: Ranks;
  to?: Ranks;
}

/**
 * A fault of the way between nodes. The transports are reliable, so faults look as those of a network do to a program
 * that talks over TCP: nothing is lost, doubled or out of order, but late. With `raw` the messages of point-to-point
 * calls are datagrams instead, which really are lost, doubled and out of order.
 */
export type MessageFault =
  /** Each message takes `ms` longer, give or take up to `jitter` ms. */
  | ({ fault: 'delay'; ms: number; jitter?: number } & Edges)
  /** So many megabits a second pass; what does not waits. */
  | ({ fault: 'bandwidth'; mbit: number } & Edges)
  /** This share of the messages is lost: sent again after a while, or, if raw, gone. */
  | ({ fault: 'loss'; rate: number; raw?: boolean } & Edges)
  /** This share of the messages comes twice; unless raw, that only takes bandwidth. */
  | ({ fault: 'duplicate'; rate: number; raw?: boolean } & Edges)
  /** This share of the messages takes `ms` (20 if absent) longer than the others, which overtake it if raw. */
  | ({ fault: 'reorder'; rate: number; ms?: number; raw?: boolean } & Edges)
  /** Nothing passes from one side to the other, nor back unless `oneWay`: it waits until the cut is healed, or, if raw, is lost. */
  | { fault: 'cut'; sides: readonly [Ranks, Ranks]; oneWay?: boolean; raw?: boolean };

/** A fault of a node's process: killed; stopped as with SIGSTOP, and let go on; slowed down to a share of a processor. */
export type NodeFault =
  | { fault: 'kill'; node: number }
  | { fault: 'stop'; node: number }
  | { fault: 'continue'; node: number }
  | { fault: 'slow'; node: number; share: number };

/** Whatever goes wrong on purpose; `heal` ends every fault but deaths. */
export type Fault = MessageFault | NodeFault | { fault: 'heal' };

/** A fault that can last. */
export type LastingFault = MessageFault | NodeFault;

/** When a fault of a plan happens: `atMs` after the programs have begun, or after what `when` waits for. */
export interface FaultTiming {
  atMs?: number;
  /** Absent: for good. */
  forMs?: number;
  /** A line that contains this text was printed (by this node); a node has died. */
  when?: { printed: string; node?: number } | { dead: number };
}

export type PlannedFault = Fault & FaultTiming;

/** Faults that a nemesis draws from. */
export const nemesisFaults = ['delay', 'bandwidth', 'loss', 'cut', 'stop', 'slow', 'kill'] as const;
export type NemesisFault = (typeof nemesisFaults)[number];

/** Random faults, one after the other, determined by the seed. */
export interface Nemesis {
  /** Those it draws from; absent: all but `kill`. */
  faults?: readonly NemesisFault[];
  /** Time between the beginnings of two; each lasts half of it on average. Absent: 1000. */
  everyMs?: number;
  /** How many; absent: without end. */
  count?: number;
  /** Nodes that are neither stopped, slowed nor killed. */
  spare?: Ranks;
}

/** What is to go wrong in a job: `lockstep run --faults FILE`, or `faults` of a launch configuration. */
export interface FaultPlan {
  /** Determines all that is random; absent: drawn, and told. */
  seed?: number;
  faults?: readonly PlannedFault[];
  nemesis?: Nemesis;
}

/** Whose wish a fault was. */
export type FaultCause = 'plan' | 'nemesis' | 'program' | 'client';

/** A fault that happened, or ended. */
export interface FaultRecord {
  /** Since the programs have begun, on the cluster's clock. */
  timeMs: number;
  /** On the coordinator's monotonic clock, as the times of operations are. */
  monotonicMs: number;
  fault: Fault;
  by: FaultCause;
  /** True where it ended. */
  ended?: boolean;
}

/** What was injected into a job, and what of it lasts. */
export interface FaultReport {
  seed: number;
  /** The first ones. */
  records: FaultRecord[];
  active: LastingFault[];
}

/** The faults of messages that last, as the nodes are told of them; a higher version replaces a lower one. */
export interface MessageFaults {
  version: number;
  seed: number;
  faults: readonly MessageFault[];
}

/** Messages of one kind that a raw edge has lost. */
export interface LostMessages {
  destination: number;
  tag: number;
  messages: number;
  /** Where the program sent the first of this tag. */
  at?: { file: string; line: number; column: number };
}

const messageFaults = new Set<string>(['delay', 'bandwidth', 'loss', 'duplicate', 'reorder', 'cut']);

/** True for a fault of the way between nodes. */
export function isMessageFault(fault: Fault): fault is MessageFault {
  return messageFaults.has(fault.fault);
}

const listed = (ranks: Ranks): string => formatRanks(typeof ranks === 'number' ? [ranks] : ranks);
const nodes = (ranks: Ranks): string =>
  typeof ranks === 'number' || ranks.length === 1 ? `node ${listed(ranks)}` : `nodes ${listed(ranks)}`;
const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`;

function way({ from, to }: Edges): string {
  if (from === undefined && to === undefined) return 'between all nodes';
  return `from ${from === undefined ? 'every node' : nodes(from)} to ${to === undefined ? 'every node' : nodes(to)}`;
}

/** A fault in words: `cut between nodes 0, 1 and nodes 2, 3`, `delay of 20 ms from node 0 to node 1`. */
export function describeFault(fault: Fault): string {
  const raw = 'raw' in fault && fault.raw ? ' (raw)' : '';
  switch (fault.fault) {
    case 'delay':
      return `delay of ${fault.ms}${fault.jitter ? ` ± ${fault.jitter}` : ''} ms ${way(fault)}`;
    case 'bandwidth':
      return `bandwidth of ${fault.mbit} Mbit/s ${way(fault)}`;
    case 'loss':
      return `loss of ${percent(fault.rate)} ${way(fault)}${raw}`;
    case 'duplicate':
      return `duplication of ${percent(fault.rate)} ${way(fault)}${raw}`;
    case 'reorder':
      return `reordering of ${percent(fault.rate)} ${way(fault)}${raw}`;
    case 'cut': {
      const [one, other] = fault.sides;
      return `cut ${fault.oneWay ? 'from' : 'between'} ${nodes(one)} ${fault.oneWay ? 'to' : 'and'} ${nodes(other)}${raw}`;
    }
    case 'kill':
      return `node ${fault.node} killed`;
    case 'stop':
      return `node ${fault.node} stopped`;
    case 'continue':
      return `node ${fault.node} continued`;
    case 'slow':
      return `node ${fault.node} slowed down to ${percent(fault.share)} of a processor`;
    case 'heal':
      return 'everything healed';
  }
}
