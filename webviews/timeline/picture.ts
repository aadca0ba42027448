/** What a picture of the diagram is made of, and its measures. */
import type { Colours } from './colours';
import type { FaultMark } from './faultMarks';
import type { OpenWait } from './openWaits';
import type { OperationStore } from './operationStore';
import type { TimeWindow } from './timeWindow';

/** Width of the column that names the nodes, in pixels. */
export const nameWidth = 46;
/** Height of the axis above the lanes. */
export const axisHeight = 22;

/** Everything that a picture is made of. */
export interface Picture {
  store: OperationStore;
  /** Calls without an end. */
  open: readonly OpenWait[];
  /** What went wrong on purpose. */
  faults: readonly FaultMark[];
  /** The ranks that have a lane, from above. */
  ranks: readonly number[];
  /** Of them, those whose process is gone too early. */
  dead: ReadonlySet<number>;
  window: TimeWindow;
  width: number;
  laneHeight: number;
  /** The operation that stands out, the other end of its message, and what it waited for. */
  selected?: number;
  other?: number;
  cause?: number;
  focusedRank?: number;
  /** Up to where nodes that wait have waited. */
  nowMs: number;
  axis: { atMs: number[]; label(ms: number): string };
  colours: Colours;
}

/** Height of all lanes and the axis. */
export function pictureHeight(ranks: number, laneHeight: number): number {
  return axisHeight + ranks * laneHeight;
}

/** Width of the part in which time runs. */
export const timeWidth = (width: number): number => Math.max(1, width - nameWidth);

/** Lanes share the height that there is, down to what can still be told apart. */
export function laneHeightFor(lanes: number, height: number): number {
  return Math.max(9, Math.min(64, Math.floor((height - axisHeight) / Math.max(1, lanes))));
}
