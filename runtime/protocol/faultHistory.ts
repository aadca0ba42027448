/** What went wrong on purpose in a job, kept by whoever is told of it: a pure reducer over its records. */
import { type FaultRecord, isMessageFault, type LastingFault } from './faults';

/** So many records are kept, the first ones. */
export const keptFaultRecords = 10_000;

/** What was injected into a job, and what of it lasts. */
export interface FaultHistory {
  /** The first ones. */
  records: readonly FaultRecord[];
  active: readonly LastingFault[];
}

/** The history of a job in which nothing has gone wrong on purpose. */
export const noFaults: FaultHistory = { records: [], active: [] };

/** The history after a fault happened, or ended. */
export function historyAfter({ records, active }: FaultHistory, record: FaultRecord): FaultHistory {
  return {
    records: records.length < keptFaultRecords ? [...records, record] : records,
    active: activeAfter(active, record),
  };
}

/** A node that is gone is neither stopped nor slow any more. */
export function withoutNode(history: FaultHistory, rank: number): FaultHistory {
  const active = othersThan(history.active, rank);
  return active.length === history.active.length ? history : { ...history, active };
}

/** Whether two faults are the same in every particular. */
export function isSameFault(one: LastingFault, other: LastingFault): boolean {
  const text = (fault: LastingFault) =>
    JSON.stringify(
      Object.entries(fault)
        .filter(([, value]) => value !== undefined)
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    );
  return text(one) === text(other);
}

function activeAfter(
  active: readonly LastingFault[],
  { fault, ended }: FaultRecord,
): readonly LastingFault[] {
  if (fault.fault === 'heal') return [];
  if (fault.fault === 'kill') return othersThan(active, fault.node);
  if (ended) {
    const place = active.findIndex((each) => isSameFault(each, fault));
    return active.filter((_, index) => index !== place);
  }
  if (isMessageFault(fault)) return [...active, fault];
  const others = othersThan(active, fault.node);
  return fault.fault === 'continue' ? others : [...others, fault];
}

const othersThan = (active: readonly LastingFault[], rank: number): LastingFault[] =>
  active.filter((fault) => isMessageFault(fault) || fault.node !== rank);
