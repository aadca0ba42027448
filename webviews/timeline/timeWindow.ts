/** The piece of time that is shown, and how it is moved. Pure; times in milliseconds. */

export interface TimeWindow {
  from: number;
  to: number;
}

/** What is shown: everything there is, its newest part as it grows, or a piece that stays. */
export type Shown = { type: 'all' } | { type: 'newest'; spanMs: number } | ({ type: 'piece' } & TimeWindow);

/** A hundredth of a microsecond: below it nothing is to be seen. */
const leastSpanMs = 1e-5;
/** What is left free at both ends of everything, so that nothing touches the edge. */
const margin = 0.02;

/** The piece of time that is meant, of operations from `firstMs` to `lastMs`. */
export function windowOf(shown: Shown, firstMs: number, lastMs: number): TimeWindow {
  if (shown.type === 'piece') return { from: shown.from, to: shown.to };
  const span = Math.max(lastMs - firstMs, 1e-3);
  if (shown.type === 'newest') {
    const spanMs = Math.min(shown.spanMs, span * (1 + margin));
    return { from: lastMs - spanMs, to: lastMs + spanMs * margin };
  }
  return { from: firstMs - span * margin, to: lastMs + span * margin };
}

/** The window after a zoom by `factor` (below 1: closer) that leaves `atMs` where it is. */
export function zoom({ from, to }: TimeWindow, factor: number, atMs: number): TimeWindow {
  const span = to - from;
  const next = Math.max(leastSpanMs, span * factor);
  const share = span > 0 ? (atMs - from) / span : 0.5;
  return { from: atMs - share * next, to: atMs + (1 - share) * next };
}

/** What to show for a window that was asked for: where it has all and more, all as it grows; and never nothing at all. */
export function pieceShown({ from, to }: TimeWindow, firstMs: number, lastMs: number): Shown {
  if (from < firstMs && to > lastMs) return { type: 'all' };
  const kept = 0.1 * (to - from);
  const shift = Math.max(0, firstMs + kept - to) - Math.max(0, from - (lastMs - kept));
  return { type: 'piece', from: from + shift, to: to + shift };
}

/** The window after a move by a share of its span. */
export function pan({ from, to }: TimeWindow, share: number): TimeWindow {
  const step = (to - from) * share;
  return { from: from + step, to: to + step };
}

/** The window, moved as little as is needed to show a piece of time; closer or wider only where that does not fit. */
export function reveal(window: TimeWindow, beginMs: number, endMs: number): TimeWindow {
  const span = window.to - window.from;
  const length = endMs - beginMs;
  if (beginMs >= window.from && endMs <= window.to) return window;
  if (length > span * 0.9) return { from: beginMs - length * 0.1, to: endMs + length * 0.1 };
  const middle = (beginMs + endMs) / 2;
  return { from: middle - span / 2, to: middle + span / 2 };
}

/** Times in a window that are round from `zeroMs` on, at least `leastPixels` apart, and the distance between them. */
export function ticks(
  window: TimeWindow,
  width: number,
  leastPixels: number,
  zeroMs: number,
): { atMs: number[]; stepMs: number } {
  const wanted = ((window.to - window.from) / Math.max(1, width)) * leastPixels;
  const power = 10 ** Math.floor(Math.log10(wanted));
  const stepMs = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= wanted) ?? 10 * power;
  const first = Math.ceil((window.from - zeroMs) / stepMs);
  const last = Math.floor((window.to - zeroMs) / stepMs);
  const atMs = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => zeroMs + (first + i) * stepMs);
  return { atMs, stepMs };
}

/** A time on the axis, as exact as its distance to the next one asks for: `1.25 s`, `312 ms`, `4.5 µs`. */
export function formatTick(ms: number, stepMs: number): string {
  const [unit, name] =
    stepMs >= 100 ? [1000, 's'] : stepMs >= 0.1 ? [1, 'ms'] : stepMs >= 1e-4 ? [1e-3, 'µs'] : [1e-6, 'ns'];
  const digits = Math.max(0, -Math.floor(Math.log10(stepMs / unit) + 1e-9));
  // What rounding has left of nothing is nothing.
  const shown = Math.round(ms / stepMs) * stepMs;
  return `${(shown / unit).toFixed(digits).replace('-', '−')} ${name}`;
}

/** How long something took, in three figures: `1.25 s`, `312 ms`, `4.5 µs`, `80 ns`. */
export function formatSpan(ms: number): string {
  const [unit, name] =
    ms >= 999.5 ? [1000, 's'] : ms >= 0.9995 ? [1, 'ms'] : ms >= 9.995e-4 ? [1e-3, 'µs'] : [1e-6, 'ns'];
  return `${Number((ms / unit).toPrecision(3))} ${name}`;
}
