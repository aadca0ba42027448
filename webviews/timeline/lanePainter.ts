/** Paints a node's lane: its calls, what of them was waiting, its requests, and the call that it is in. */
import { ranksWaitedFor } from '../../runtime/protocol/node';
import { hatch, label, line } from './canvas';
import { type Bar, laneBars, pixelOf } from './diagram';
import type { OpenWait } from './openWaits';
import { type Picture, timeWidth } from './picture';

/** Lanes as high as this have words in their bars. */
const wordsFrom = 16;

export class LanePainter {
  private readonly stripes: CanvasPattern | string;

  constructor(
    private readonly context: CanvasRenderingContext2D,
    private readonly picture: Picture,
  ) {
    this.stripes = hatch(context, picture.colours.hatch) ?? picture.colours.hatch;
  }

  /** Paints the lane of a rank, whose top is at `y`. */
  paint(rank: number, y: number): void {
    const { context, picture } = this;
    const { store, window, width, laneHeight, colours, open } = picture;
    const lane = store.calls[rank];
    const requests = store.requests[rank];
    if (!lane || !requests) return;
    const space = timeWidth(width);
    context.lineWidth = laneHeight >= 14 ? 2 : 1;
    for (const { x, width: length, category } of laneBars(store, requests, window, space)) {
      context.strokeStyle = colours.categories[category];
      const below = Math.round(y + laneHeight - 2);
      line(context, x, below, x + length, below);
    }
    for (const bar of laneBars(store, lane, window, space)) this.bar(bar, y);
    for (const each of open) if (each.rank === rank) this.openWait(each, y);
  }

  /** Sends and collectives are full bars, receives hollow, waits half as high: told apart without their colours too. */
  private bar(bar: Bar, y: number): void {
    const { context } = this;
    const { store, laneHeight, colours } = this.picture;
    const { x, width, category, place, quarters } = bar;
    const inset = this.inset(category === 'wait' ? 0.3 : 0.16);
    const [top, height] = [y + inset, laneHeight - 2 * inset];
    const colour = colours.categories[category];
    if (place === undefined || width <= 3) {
      context.fillStyle = colour;
      if (quarters < 4) context.globalAlpha = 0.25 + 0.1875 * quarters;
      context.fillRect(x, top, width, height);
      if (quarters < 4) context.globalAlpha = 1;
      if (bar.isWaiting) this.stripe(x, top, width, height);
    } else {
      context.fillStyle = category === 'receive' ? colours.surface : colours.fills[category];
      context.fillRect(x, top, width, height);
      const isStriped = this.waiting(place, x, top, height);
      context.strokeStyle = colour;
      context.lineWidth = 1;
      context.strokeRect(x + 0.5, top + 0.5, Math.max(1, width - 1), height - 1);
      if (width > 26 && laneHeight >= wordsFrom) {
        const operation = store.operation(place);
        const algorithm = operation?.algorithm ? ` · ${operation.algorithm}` : '';
        this.words(`${operation?.name ?? ''}${algorithm}`, x, width, y, isStriped);
      }
    }
  }

  /** Marks a call, or what else is at a place, in the lane whose top is at `y`. */
  mark(place: number, y: number): void {
    const { context } = this;
    const { store, window, width, laneHeight, colours } = this.picture;
    const space = timeWidth(width);
    const x = Math.max(-4, pixelOf(store.begin.at(place), window, space));
    const right = Math.min(space + 4, pixelOf(store.end.at(place), window, space));
    const inset = this.inset(store.category(place) === 'wait' ? 0.3 : 0.16);
    context.strokeStyle = colours.accent;
    context.lineWidth = 2;
    context.strokeRect(x - 1, y + inset - 1, Math.max(3, right - x + 2), laneHeight - 2 * inset + 2);
  }

  /** The piece of a call in which it could not go on; answers whether there is one to be seen. */
  private waiting(place: number, x: number, top: number, height: number): boolean {
    const { store, window, width } = this.picture;
    const wait = store.waitOf(place);
    if (!wait) return false;
    const right = Math.min(timeWidth(width) + 4, pixelOf(wait.untilMs, window, timeWidth(width)));
    if (right - x < 2) return false;
    this.stripe(x, top, right - x, height);
    return true;
  }

  private openWait({ rank, wait, fromMs, isOver }: OpenWait, y: number): void {
    const { context } = this;
    const { window, width, laneHeight, colours, nowMs } = this.picture;
    const space = timeWidth(width);
    const x = Math.max(-4, pixelOf(fromMs, window, space));
    const length = Math.min(space + 4, pixelOf(nowMs, window, space)) - x;
    if (length < 2) return;
    const inset = this.inset(0.16);
    const height = laneHeight - 2 * inset;
    context.fillStyle = colours.surface;
    context.fillRect(x, y + inset, length, height);
    this.stripe(x, y + inset, length, height);
    context.save();
    context.setLineDash([4, 3]);
    context.strokeStyle = isOver ? colours.alarm : colours.text;
    context.lineWidth = isOver ? 1.5 : 1;
    context.strokeRect(x + 0.5, y + inset + 0.5, Math.max(1, length - 1), height - 1);
    context.restore();
    const causes = ranksWaitedFor(wait).filter((each) => each >= 0 && each !== rank);
    const shown = causes.length > 3 ? `${causes.slice(0, 3).join(', ')}, …` : causes.join(', ');
    const words = shown === '' ? wait.operation : `${wait.operation}: waits for ${shown}`;
    if (laneHeight >= wordsFrom && length > 26) this.words(words, x, length, y, true);
  }

  private stripe(x: number, top: number, width: number, height: number): void {
    this.context.fillStyle = this.stripes;
    this.context.fillRect(x, top, width, height);
  }

  /** Words in a bar; on stripes with an outline, so that they stay readable. */
  private words(text: string, x: number, width: number, y: number, isStriped: boolean): void {
    const { context } = this;
    const { laneHeight, colours } = this.picture;
    context.lineJoin = 'round';
    context.lineWidth = 4;
    context.strokeStyle = isStriped ? colours.surface : 'transparent';
    context.fillStyle = colours.text;
    label(context, text, x, width, y + laneHeight / 2);
  }

  private inset(share: number): number {
    return Math.max(1, Math.round(this.picture.laneHeight * share));
  }
}
