import type { Place } from '../../shared/rovingFocus';
import type { Area, Arrangement, HostBox } from './arrangement';
import { cells, columnsFor } from './grid';

/** Room that a host's name takes above its nodes. */
const titleHeight = 26;
/** Boxes that are narrower stand below each other: a name needs room. */
const leastWidth = 100;

/** A box a host, side by side as far as there is room, its nodes in a grid inside. `radius` is a node's. */
export function hosts(names: readonly string[], area: Area, radius: number): Arrangement {
  const ranksOf = new Map<string, number[]>();
  for (const [rank, name] of names.entries()) ranksOf.set(name, [...(ranksOf.get(name) ?? []), rank]);
  const frame = outward(area, radius);
  const gap = 12;
  const columns = boxColumns(ranksOf.size, frame);
  const rows = Math.ceil(ranksOf.size / columns);
  const width = (frame.width - gap * (columns - 1)) / columns;
  const height = (frame.height - gap * (rows - 1)) / rows;
  const places: Place[] = [];
  const boxes: HostBox[] = [];
  for (const [index, [host, ranks]] of [...ranksOf].entries()) {
    const box = {
      left: frame.left + (index % columns) * (width + gap),
      top: frame.top + Math.floor(index / columns) * (height + gap),
      width,
      height,
    };
    boxes.push({ ...box, host, count: ranks.length });
    const inside = insideOf(box, radius);
    const inner = cells(ranks.length, columnsFor(ranks.length, inside), inside);
    for (const [position, rank] of ranks.entries()) places[rank] = inner[position] as Place;
  }
  return { places, hosts: boxes };
}

function boxColumns(count: number, { width, height }: Area): number {
  const ideal = Math.round(Math.sqrt((count * width) / Math.max(height, 1)));
  return Math.max(1, Math.min(count, ideal, Math.floor(width / leastWidth)));
}

const outward = ({ left, top, width, height }: Area, radius: number): Area => ({
  left: left - radius,
  top: top - radius,
  width: width + 2 * radius,
  height: height + 2 * radius,
});

function insideOf({ left, top, width, height }: Area, radius: number): Area {
  const margin = radius + 14;
  const bottom = Math.max(margin, Math.min(radius + 44, height * 0.3));
  return {
    left: left + margin,
    top: top + titleHeight + radius + 4,
    width: Math.max(1, width - 2 * margin),
    height: Math.max(1, height - titleHeight - radius - 4 - bottom),
  };
}
