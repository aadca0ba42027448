/** Paints the values of many nodes over time: a row a node, darker for more. */
import { resolveColour } from '../shared/useTheme';
import { valueIn, type Window } from './history';
import type { Quantity } from './quantities';

/** Steps of the colour scale; the eye tells no more apart. */
const heatSteps = 32;

/** Height of one node's row in pixels. */
export function rowHeight(size: number): number {
  return Math.max(3, Math.min(12, Math.floor(200 / size)));
}

/** The end of the colour scale: the largest value shown, never below the quantity's least. */
export function heatTop(window: Window, size: number, quantity: Quantity): number {
  let top = quantity.least;
  for (const frame of window.frames) {
    for (let rank = 0; rank < size; rank += 1) {
      const value = valueIn(frame, rank, quantity);
      if (value > top) top = value;
    }
  }
  return top;
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
  /** The value of the strongest colour. */
  top: number;
  colours: Uint8ClampedArray;
}

/** Paints one pixel a node and a column; the page stretches it. */
export function paintHeat(canvas: HTMLCanvasElement, picture: HeatPicture, columns: number): void {
  const { window, size, quantity, top, colours } = picture;
  canvas.width = columns;
  canvas.height = size;
  const context = canvas.getContext('2d');
  if (!context) return;
  const image = context.createImageData(columns, size);
  for (const [column, index] of columnFrames(window, columns).entries()) {
    for (let rank = 0; rank < size; rank += 1) {
      const value = valueIn(window.frames[index], rank, quantity);
      if (Number.isNaN(value)) continue;
      const step = Math.round((Math.min(value, top) / top) * (heatSteps - 1));
      image.data.set(colours.subarray(step * 4, step * 4 + 4), (rank * columns + column) * 4);
    }
  }
  context.putImageData(image, 0, 0);
}
