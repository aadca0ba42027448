/**
 * What there is to draw of a store in a window: bars and arrows in pixels, as few as can be told apart. Calls that share
 * a pixel become one bar; of too many arrows some stand for all.
 */
import { leftAt } from '../../runtime/protocol/operations';
import type { Category } from './categories';
import { type Column, firstPlace } from './columns';
import type { OperationStore } from './operationStore';
import type { TimeWindow } from './timeWindow';

export interface Bar {
  x: number;
  width: number;
  category: Category;
  /** Place of the call; absent where several calls share the bar. */
  place?: number;
  /** How much of its time calls take, in quarters; one call takes all of it. */
  quarters: number;
  /** Whether most of what several calls took was waiting for another node. */
  isWaiting: boolean;
}

/** An arrow: places of a send and of its receive. */
export interface Arrow {
  from: number;
  to: number;
  index: number;
}

/** More arrows than this cannot be told apart. */
const mostArrows = 3000;

/** Pixels of a time. */
export function pixelOf(ms: number, { from, to }: TimeWindow, width: number): number {
  return ((ms - from) / (to - from)) * width;
}

/** The bars of a lane's calls or requests, from left to right; those at the edges go beyond them a little. */
export function laneBars(store: OperationStore, lane: Column, window: TimeWindow, width: number): Bar[] {
  const bars: Bar[] = [];
  const bin = new Bin(bars);
  const isCalls = lane.length > 0 && store.kind(lane.at(0)) === 'call';
  const first = firstPlace(lane.length, (i) => store.end.at(lane.at(i)) >= window.from);
  for (let i = first; i < lane.length; i += 1) {
    const place = lane.at(i);
    const beginMs = store.begin.at(place);
    if (beginMs > window.to) break;
    const category = store.category(place);
    const x = Math.max(-4, pixelOf(beginMs, window, width));
    const length = Math.min(width + 4, pixelOf(store.end.at(place), window, width)) - x;
    if (length < binWidth) {
      const untilMs = isCalls ? store.waitedUntil(place) : undefined;
      bin.add(x, length, category, untilMs === undefined ? 0 : pixelOf(untilMs, window, width) - x);
      continue;
    }
    bin.flush();
    bars.push({ x, width: length, category, place, quarters: 4, isWaiting: false });
  }
  bin.flush();
  return bars;
}

/** Pixels of a bar that several calls share; calls that are narrower do. */
const binWidth = 2;

/** What begins in a few pixels: the kind that takes most of them, and how much all take together. */
class Bin {
  private x = NaN;
  private calls = 0;
  private waited = 0;
  private readonly pixels = new Map<Category, number>();

  constructor(private readonly bars: Bar[]) {}

  add(x: number, length: number, category: Category, waited: number): void {
    const start = Math.floor(x / binWidth) * binWidth;
    if (start !== this.x) this.flush();
    this.x = start;
    this.calls += 1;
    this.waited += waited;
    this.pixels.set(category, (this.pixels.get(category) ?? 0) + length);
  }

  flush(): void {
    if (this.calls === 0) return;
    let [sum, most, category]: [number, number, Category] = [0, -1, 'send'];
    for (const [each, pixels] of this.pixels) {
      sum += pixels;
      if (pixels > most) [most, category] = [pixels, each];
    }
    const quarters = this.calls === 1 ? 4 : Math.max(1, Math.min(4, Math.round((4 * sum) / binWidth)));
    const bar: Bar = { x: this.x, width: binWidth, category, quarters, isWaiting: this.waited > sum / 2 };
    const last = this.bars.at(-1);
    if (last && isSame(last, bar)) last.width += binWidth;
    else this.bars.push(bar);
    this.calls = 0;
    this.waited = 0;
    this.pixels.clear();
  }
}

/** Whether a bar of several calls goes on in the next pixel. */
function isSame(last: Bar, next: Bar): boolean {
  if (last.place !== undefined || last.x + last.width !== next.x) return false;
  if (last.isWaiting !== next.isWaiting) return false;
  return last.category === next.category && last.quarters === next.quarters;
}

/** Arrows with an end or a part in the window, between nodes that are shown; `more` says how many are not among them. */
export function visibleArrows(
  store: OperationStore,
  window: TimeWindow,
  isShown: (rank: number) => boolean,
): { arrows: Arrow[]; more: number } {
  const { arrowFrom, arrowTo, begin, end, rank } = store;
  const arrows: Arrow[] = [];
  let count = 0;
  // Of too many every second one is left out, of these every second one again. Which, does not depend on the window, so
  // that they stay the same as it moves; and not on the order, as patterns of ranks repeat in it.
  let halvings = 0;
  for (let i = arrowTo.length - 1; i >= 0; i -= 1) {
    const [from, to] = [arrowFrom.at(i), arrowTo.at(i)];
    if (begin.at(from) > window.to || end.at(to) < window.from) continue;
    const [source, destination] = [rank.at(from), rank.at(to)];
    if (source === destination || !isShown(source) || !isShown(destination)) continue;
    count += 1;
    if (!isLeft(i, halvings)) continue;
    arrows.push({ from, to, index: i });
    if (arrows.length <= mostArrows) continue;
    halvings += 1;
    const left = arrows.filter(({ index }) => isLeft(index, halvings));
    arrows.splice(0, arrows.length, ...left);
  }
  return { arrows, more: count - arrows.length };
}

/** When the message of an arrow left and was received; it never goes back in time. */
export function arrowTimes(
  store: OperationStore,
  from: number,
  to: number,
): [leftMs: number, receivedMs: number] {
  const receivedMs = store.end.at(to);
  return [leftAt(store.begin.at(from), receivedMs), receivedMs];
}

/** Whether an arrow is left after so many halvings. */
function isLeft(index: number, halvings: number): boolean {
  return halvings === 0 || Math.imul(index, 0x9e3779b1) >>> (32 - halvings) === 0;
}
