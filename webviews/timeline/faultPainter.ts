/** Paints the moments at which something went wrong on purpose: a flag in the axis, a line through the lanes that it is about. */
import { line } from './canvas';
import { pixelOf } from './diagram';
import { visibleMarks } from './faultMarks';
import { axisHeight, nameWidth, type Picture, pictureHeight, timeWidth } from './picture';

const flag = { halfWidth: 4.5, height: 8 };

/** Paints them over the lanes: filled where something begins, hollow where it ends. */
export function paintFaults(context: CanvasRenderingContext2D, picture: Picture): void {
  const { faults, ranks, window, width, laneHeight, colours } = picture;
  const space = timeWidth(width);
  context.save();
  context.lineWidth = 1.5;
  context.strokeStyle = colours.alarm;
  for (const { atMs, isEnd, rank } of visibleMarks(faults, window, space)) {
    const lane = rank === undefined ? undefined : ranks.indexOf(rank);
    if (lane === -1) continue;
    const x = Math.round(nameWidth + pixelOf(atMs, window, space)) + 0.5;
    const top = axisHeight + (lane ?? 0) * laneHeight;
    const bottom = lane === undefined ? pictureHeight(ranks.length, laneHeight) : top + laneHeight;
    context.setLineDash(isEnd ? [1.5, 3] : [5, 3]);
    line(context, x, top, x, bottom);
    context.setLineDash([]);
    context.beginPath();
    context.moveTo(x - flag.halfWidth, axisHeight - flag.height);
    context.lineTo(x + flag.halfWidth, axisHeight - flag.height);
    context.lineTo(x, axisHeight - 1);
    context.closePath();
    context.fillStyle = isEnd ? colours.surface : colours.alarm;
    context.fill();
    context.stroke();
  }
  context.restore();
}
