/**
 * What there is to draw of a store in a window: bars and arrows in pixels, as few as can be told apart. Calls that share
 * a pixel become one bar; of too many arrows some stand for all.
 */
import type { Category } from './categories';
import { type Column, firstPlace } from './columns';
import type { Arrow, OperationStore } from './operationStore';
import type { TimeWindow } from './timeWindow';

export interface Bar {
  x: number;
  width: number;
  category: Category;
  /** Place of the call; absent where several calls share the bar. */
  place?: number;
  /** How much of its time calls take, in quarters; one call takes all of it. */
  quarters: number;
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
  const first = firstPlace(lane.length, (i) => store.end.at(lane.at(i)) >= window.from);
  for (let i = first; i < lane.length; i += 1) {
    const place = lane.at(i);
    const beginMs = store.begin.at(place);
    if (beginMs > window.to) break;
    const x = Math.max(-4, pixelOf(beginMs, window, width));
    const length = Math.min(width + 4, pixelOf(store.end.at(place), window, width)) - x;
    if (length < leastBar) {
      bin.add(x, length, store.category(place), place);
      continue;
    }
    bin.flush();
    bars.push({ x, width: length, category: store.category(place), place, quarters: 4 });
  }
  bin.flush();
  return bars;
}

/** Calls that are narrower than this share the pixel in which they begin. */
const leastBar = 1.5;

/** What begins in one pixel: the kind that takes most of it, and how much all take together. */
class Bin {
  private x = NaN;
  private calls = 0;
  private place = 0;
  private readonly pixels = new Map<Category, number>();

  constructor(private readonly bars: Bar[]) {}

  add(x: number, length: number, category: Category, place: number): void {
    const pixel = Math.floor(x);
    if (pixel !== this.x) this.flush();
    this.x = pixel;
    this.place = place;
    this.calls += 1;
    this.pixels.set(category, (this.pixels.get(category) ?? 0) + length);
  }

  flush(): void {
    if (this.calls === 0) return;
    let [sum, most, category]: [number, number, Category] = [0, -1, 'send'];
    for (const [each, pixels] of this.pixels) {
      sum += pixels;
      if (pixels > most) [most, category] = [pixels, each];
    }
    const isOne = this.calls === 1;
    const quarters = isOne ? 4 : Math.max(1, Math.min(4, Math.round(4 * sum)));
    const bar: Bar = { x: this.x, width: 1, category, quarters };
    const last = this.bars.at(-1);
    if (isOne) this.bars.push({ ...bar, place: this.place });
    else if (last && isSame(last, bar)) last.width += 1;
    else this.bars.push(bar);
    this.calls = 0;
    this.pixels.clear();
  }
}

/** Whether a bar of several calls goes on in the next pixel. */
function isSame(last: Bar, next: Bar): boolean {
  if (last.place !== undefined || last.x + last.width !== next.x) return false;
  return last.category === next.category && last.quarters === next.quarters;
}

/** Arrows with an end or a part in the window, between nodes that are shown; `more` says how many are not among them. */
export function visibleArrows(
  store: OperationStore,
  window: TimeWindow,
  width: number,
  isShown: (rank: number) => boolean,
): { arrows: Arrow[]; more: number } {
  const arrows: Arrow[] = [];
  const seen = new Set<number>();
  const { arrowFrom, arrowTo, begin, end, rank } = store;
  let more = 0;
  for (let i = arrowTo.length - 1; i >= 0; i -= 1) {
    const [from, to] = [arrowFrom.at(i), arrowTo.at(i)];
    const [sentMs, receivedMs] = [begin.at(from), end.at(to)];
    if (sentMs > window.to || receivedMs < window.from) continue;
    const [source, destination] = [rank.at(from), rank.at(to)];
    if (source === destination || !isShown(source) || !isShown(destination)) continue;
    // Two whose ends share three pixels look the same.
    const left = Math.round(pixelOf(sentMs, window, width) / 3);
    const right = Math.round(pixelOf(receivedMs, window, width) / 3);
    const key = ((left * 4096 + right) * 256 + source) * 256 + destination;
    if (seen.has(key)) continue;
    seen.add(key);
    if (arrows.length < mostArrows) arrows.push({ from, to });
    else more += 1;
  }
  return { arrows, more };
}
