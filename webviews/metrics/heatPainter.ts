/** Paints the values of many nodes over time: a row a node, darker for more. */
import { resolveColour } from '../shared/useTheme';
import { valueIn, valuesIn, type Window } from './history';
import type { Quantity } from './quantities';

/** Steps of the colour scale; the eye tells no more apart. */
const heatSteps = 32;

/** Height of one node's row in pixels. */
export function rowHeight(size: number): number {
  return Math.max(3, Math.min(12, Math.floor(200 / size)));
}

export interface HeatRange {
  bottom: number;
  top: number;
}

/** The ends of the colour scale: up to the largest value shown, never below the quantity's least. */
export function heatRange(window: Window, size: number, quantity: Quantity): HeatRange {
  let lowest = Infinity;
  let top = quantity.least;
  for (const frame of window.frames) {
    for (const value of valuesIn(frame, size, quantity)) {
      if (value > top) top = value;
      if (value < lowest) lowest = value;
    }
  }
  return { bottom: quantity.fromLowest && lowest < top ? lowest : 0, top };
}

/** The ranks that are written beside the rows: the first, the last, and some between. */
export function labelledRanks(size: number): number[] {
  const step = Math.max(1, Math.round(size / 4));
  const ranks = Array.from({ length: 4 }, (_, index) => index * step).filter(
    (rank) => rank < size - step / 2,
  );
  return [...ranks, size - 1];
}

/** For each of `columns` equal parts of a window, the frame that it shows, or -1: samples hold until the next one. */
export function columnFrames({ ages, from }: Window, columns: number): number[] {
  const first = ages[0] ?? 0;
  let index = 0;
  return Array.from({ length: columns }, (_, column) => {
    const age = from * (1 - (column + 0.5) / columns);
    if (age < first) return -1;
    while (index < ages.length - 1 && (ages[index] as number) < age) index += 1;
    return index;
  });
}

/** The colours from none to most in the present theme, four bytes each. */
export function heatColours(): Uint8ClampedArray {
  const canvas = document.createElement('canvas');
  canvas.width = heatSteps;
  canvas.height = 1;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) return new Uint8ClampedArray(heatSteps * 4);
  for (let step = 0; step < heatSteps; step += 1) {
    const share = 6 + (94 * step) / (heatSteps - 1);
    context.fillStyle = resolveColour(`color-mix(in oklab, var(--heat-most) ${share}%, var(--surface))`);
    context.fillRect(step, 0, 1, 1);
  }
  return context.getImageData(0, 0, heatSteps, 1).data;
}

export interface HeatPicture {
  window: Window;
  size: number;
  quantity: Quantity;
  /** The values of the weakest and the strongest colour. */
  range: HeatRange;
  colours: Uint8ClampedArray;
}

/** Paints one pixel a node and a column; the page stretches it. */
export function paintHeat(canvas: HTMLCanvasElement, picture: HeatPicture, columns: number): void {
  const { window, size, quantity, range, colours } = picture;
  const spread = Math.max(1e-9, range.top - range.bottom);
  canvas.width = columns;
  canvas.height = size;
  const context = canvas.getContext('2d');
  if (!context) return;
  const image = context.createImageData(columns, size);
  for (const [column, index] of columnFrames(window, columns).entries()) {
    for (let rank = 0; rank < size; rank += 1) {
      const value = valueIn(window.frames[index], rank, quantity);
      if (Number.isNaN(value)) continue;
      const share = Math.min(1, Math.max(0, (value - range.bottom) / spread));
      const step = Math.round(share * (heatSteps - 1));
      image.data.set(colours.subarray(step * 4, step * 4 + 4), (rank * columns + column) * 4);
    }
  }
  context.putImageData(image, 0, 0);
}
