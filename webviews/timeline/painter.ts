/** Paints the space-time diagram on a canvas: a lane a node, calls as bars, messages as arrows. */
import { line } from './canvas';
import { type Arrow, arrowTimes, pixelOf, visibleArrows } from './diagram';
import { paintFaults } from './faultPainter';
import { LanePainter } from './lanePainter';
import { axisHeight, nameWidth, type Picture, pictureHeight, timeWidth } from './picture';

/** What could not all be drawn. */
export interface Painted {
  moreArrows: number;
}

/** Paints a picture; its canvas is as large as it has to be. */
export function paint(canvas: HTMLCanvasElement, picture: Picture): Painted {
  const { width, laneHeight, ranks } = picture;
  const height = pictureHeight(ranks.length, laneHeight);
  const scale = Math.min(2, window.devicePixelRatio || 1);
  resize(canvas, Math.round(width * scale), Math.round(height * scale));
  const context = canvas.getContext('2d');
  if (!context) return { moreArrows: 0 };
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, width, height);
  context.font = `11px ${getComputedStyle(canvas).fontFamily}`;
  context.textBaseline = 'middle';
  paintGrid(context, picture, height);
  context.save();
  context.beginPath();
  context.rect(nameWidth, 0, width - nameWidth, height);
  context.clip();
  context.translate(nameWidth, axisHeight);
  const lanes = new LanePainter(context, picture);
  for (const [lane, rank] of ranks.entries()) lanes.paint(rank, lane * laneHeight);
  const moreArrows = paintArrows(context, picture);
  for (const place of [picture.selected, picture.other]) {
    const lane = place === undefined ? -1 : ranks.indexOf(picture.store.rank.at(place));
    if (place !== undefined && lane >= 0) lanes.mark(place, lane * laneHeight);
  }
  context.restore();
  paintFaults(context, picture);
  return { moreArrows };
}

/** Setting a canvas's size costs, even to what it was. */
function resize(canvas: HTMLCanvasElement, width: number, height: number): void {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
}

function paintGrid(context: CanvasRenderingContext2D, picture: Picture, height: number): void {
  const { ranks, dead, laneHeight, width, colours, window, focusedRank, axis } = picture;
  context.strokeStyle = colours.line;
  context.lineWidth = 1;
  context.fillStyle = colours.quiet;
  context.textAlign = 'center';
  for (const ms of axis.atMs) {
    const x = Math.round(nameWidth + pixelOf(ms, window, timeWidth(width))) + 0.5;
    context.globalAlpha = 0.6;
    line(context, x, axisHeight - 4, x, height);
    context.globalAlpha = 1;
    if (x > nameWidth + 22 && x < width - 22) context.fillText(axis.label(ms), x, axisHeight / 2 - 1);
  }
  // Where lanes are too low for a number each, some have one.
  const every = Math.ceil(12 / laneHeight);
  context.textAlign = 'right';
  for (const [lane, rank] of ranks.entries()) {
    const y = axisHeight + lane * laneHeight;
    const isFocused = focusedRank === rank;
    if (isFocused) {
      context.fillStyle = colours.accent;
      context.fillRect(0, y + 1, 3, laneHeight - 2);
    }
    context.fillStyle = dead.has(rank) ? colours.alarm : colours.text;
    if (lane % every === 0) context.fillText(String(rank), nameWidth - 10, y + laneHeight / 2);
    const middle = Math.round(y + laneHeight / 2) + 0.5;
    context.globalAlpha = 0.5;
    line(context, nameWidth, middle, width, middle);
    context.globalAlpha = 1;
  }
}

function paintArrows(context: CanvasRenderingContext2D, picture: Picture): number {
  const { store, window, ranks, colours, selected, other } = picture;
  const lanes = new Map(ranks.map((rank, lane) => [rank, lane]));
  const { arrows, more } = visibleArrows(store, window, (rank) => lanes.has(rank));
  const dense = arrows.length > 600;
  context.lineWidth = 1;
  context.strokeStyle = colours.arrow;
  context.fillStyle = colours.arrow;
  // A collective's messages are many, and not the program's own.
  const inner = arrows.filter(({ from }) => store.kind(from) === 'message');
  const own = arrows.filter(({ from }) => store.kind(from) !== 'message');
  context.globalAlpha = dense ? 0.2 : 0.35;
  strokeArrows(context, picture, lanes, inner, !dense);
  context.globalAlpha = dense ? 0.5 : 0.85;
  strokeArrows(context, picture, lanes, own, !dense);
  context.globalAlpha = 1;
  paintCause(context, picture, lanes);
  if (selected === undefined || other === undefined) return more;
  const [from, to] = store.role(selected) === 'send' ? [selected, other] : [other, selected];
  context.lineWidth = 2;
  context.strokeStyle = colours.accent;
  context.fillStyle = colours.accent;
  strokeArrows(context, picture, lanes, [{ from, to }], true);
  return more;
}

/** From the selected call to what it waited for: straight up or down, as the one ended when the other began. */
function paintCause(
  context: CanvasRenderingContext2D,
  { store, selected, cause, window, width, laneHeight, colours }: Picture,
  lanes: ReadonlyMap<number, number>,
): void {
  if (selected === undefined || cause === undefined) return;
  const [own, late] = [lanes.get(store.rank.at(selected)), lanes.get(store.rank.at(cause))];
  if (own === undefined || late === undefined) return;
  const x = Math.round(pixelOf(store.begin.at(cause), window, timeWidth(width))) + 0.5;
  context.save();
  context.setLineDash([3, 3]);
  context.lineWidth = 2;
  context.strokeStyle = colours.accent;
  line(context, x, (own + 0.5) * laneHeight, x, (late + 0.5) * laneHeight);
  context.restore();
}

/** Arrows of one look, in one stroke. */
function strokeArrows(
  context: CanvasRenderingContext2D,
  { store, window, width, laneHeight }: Picture,
  lanes: ReadonlyMap<number, number>,
  arrows: readonly Pick<Arrow, 'from' | 'to'>[],
  withHeads: boolean,
): void {
  const space = timeWidth(width);
  const size = Math.min(7, laneHeight / 2);
  const heads = new Path2D();
  context.beginPath();
  for (const { from, to } of arrows) {
    const [source, target] = [lanes.get(store.rank.at(from)), lanes.get(store.rank.at(to))];
    if (source === undefined || target === undefined) continue;
    const [x1, x2] = arrowTimes(store, from, to).map((ms) => pixelOf(ms, window, space)) as [number, number];
    const [y1, y2] = [(source + 0.5) * laneHeight, (target + 0.5) * laneHeight];
    context.moveTo(x1, y1);
    context.lineTo(x2, y2);
    if (!withHeads) continue;
    const angle = Math.atan2(y2 - y1, x2 - x1);
    heads.moveTo(x2, y2);
    heads.lineTo(x2 - size * Math.cos(angle - 0.4), y2 - size * Math.sin(angle - 0.4));
    heads.lineTo(x2 - size * Math.cos(angle + 0.4), y2 - size * Math.sin(angle + 0.4));
    heads.closePath();
  }
  context.stroke();
  if (withHeads) context.fill(heads);
}
