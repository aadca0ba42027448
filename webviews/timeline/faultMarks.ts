/** Faults made on purpose as moments of the diagram. Pure. */
import { causeWords } from '../../runtime/protocol/causeWords';
import { describeFault, type FaultRecord } from '../../runtime/protocol/faults';
import { pixelOf } from './diagram';
import type { OperationStore } from './operationStore';
import { formatSpan, type TimeWindow } from './timeWindow';

/** A moment at which something went wrong on purpose, or ended. */
export interface FaultMark {
  atMs: number;
  /** Something ended, or was healed. */
  isEnd: boolean;
  /** The node whose process it was; absent: it was about messages. */
  rank?: number;
  /** `0.25 s: node 1 stopped, by the plan`. */
  words: string;
}

/** The marks of records; what was before the first operation or after the last stands beside that. */
export function faultMarks(
  records: readonly FaultRecord[],
  store: Pick<OperationStore, 'firstMs' | 'zeroMs' | 'lastMs' | 'timeOf'>,
): FaultMark[] {
  return records.map(({ monotonicMs, fault, by, ended }) => {
    const happenedMs = store.timeOf(monotonicMs);
    const atMs = Math.min(Math.max(happenedMs, store.firstMs), store.lastMs);
    const isEnd = ended === true || fault.fault === 'heal' || fault.fault === 'continue';
    const what = `${describeFault(fault)}${ended ? ' ended' : ''}`;
    const time = happenedMs <= store.zeroMs ? 'start' : formatSpan(happenedMs - store.zeroMs);
    return {
      atMs,
      isEnd,
      words: `${time}: ${what}, ${causeWords(by)}`,
      ...('node' in fault && { rank: fault.node }),
    };
  });
}

/** Marks that lie in a window, no two of the same look at the same pixel of `width`. */
export function visibleMarks(marks: readonly FaultMark[], window: TimeWindow, width: number): FaultMark[] {
  const drawn = new Set<string>();
  return marks.filter(({ atMs, isEnd, rank }) => {
    if (atMs < window.from || atMs > window.to) return false;
    const look = `${Math.round(pixelOf(atMs, window, width))} ${isEnd} ${rank}`;
    if (drawn.has(look)) return false;
    drawn.add(look);
    return true;
  });
}

/** Under a pointer so many marks are told. */
const told = 4;

/** What happened within `reachMs` of a moment, in words; undefined where nothing did. */
export function wordsNear(marks: readonly FaultMark[], atMs: number, reachMs: number): string | undefined {
  const near = marks.filter((mark) => Math.abs(mark.atMs - atMs) <= reachMs).map(({ words }) => words);
  if (near.length === 0) return undefined;
  const more = near.length > told ? [`and ${near.length - told} more`] : [];
  return [...near.slice(0, told), ...more].join('; ');
}
