/** Lines and words on a canvas. */
import { firstPlace } from './columns';

/** A straight line in the present style. */
export function line(
  context: CanvasRenderingContext2D,
  x1: number,
  y1: number,
  x2: number,
  y2: number,
): void {
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
  context.stroke();
}

/** Words in a bar from `x` on, cut to its width and outlined; nothing where not even a few letters fit. */
export function label(
  context: CanvasRenderingContext2D,
  text: string,
  x: number,
  width: number,
  middle: number,
): void {
  context.textAlign = 'left';
  const left = Math.max(x, 0) + 4;
  const room = x + width - left - 3;
  if (room < 16) return;
  // No letter is narrower than two pixels: the rest of a very long text need not be measured.
  const longest = text.slice(0, Math.ceil(room / 2) + 1);
  const shown = cutTo(longest, (part) => context.measureText(part).width <= room);
  if (shown === '') return;
  context.strokeText(shown, left, middle);
  context.fillText(shown, left, middle);
}

/** A text, or as much of its beginning as fits with an ellipsis; empty where that says nothing. */
export function cutTo(text: string, fits: (text: string) => boolean): string {
  if (fits(text)) return text;
  const letters = firstPlace(text.length, (cut) => !fits(`${text.slice(0, cut + 1)}…`));
  return letters > 2 ? `${text.slice(0, letters)}…` : '';
}

/** Diagonal stripes: the sign of waiting, whatever the colours are. */
export function hatch(context: CanvasRenderingContext2D, colour: string): CanvasPattern | undefined {
  const side = 5;
  const tile = document.createElement('canvas');
  const scale = context.getTransform().a;
  tile.width = tile.height = Math.round(side * scale);
  const on = tile.getContext('2d');
  if (!on) return undefined;
  on.scale(tile.width / side, tile.height / side);
  on.strokeStyle = colour;
  on.lineWidth = 1.1;
  for (const shift of [-side, 0, side]) line(on, shift - 1, side + 1, shift + side + 1, -1);
  const pattern = context.createPattern(tile, 'repeat') ?? undefined;
  pattern?.setTransform(new DOMMatrix().scale(side / tile.width));
  return pattern;
}
