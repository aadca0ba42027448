import type { Place } from '../../shared/rovingFocus';
import { centre, type Area, type Arrangement } from './arrangement';

/** Pieces of an ellipse. */
const samples = 240;

/** Rank 0 at the top, then clockwise at equal distances; two nodes lie along the longer side. */
export function ring(size: number, area: Area): Arrangement {
  return { places: placesOnRing(size, area, size === 2 && area.width > area.height ? 0.75 : 0) };
}

/**
 * Places at equal distances along a ring that fills the area: an ellipse, or where the area is long and the nodes are
 * many, a rectangle with round ends. `turn` shifts the first place, in parts of the way round.
 */
export function placesOnRing(size: number, area: Area, turn = 0): Place[] {
  if (size === 1) return [centre(area)];
  const stretch = size <= 8 ? 2.2 : size <= 24 ? 4 : Infinity;
  const width = Math.min(area.width, area.height * stretch);
  const height = Math.min(area.height, area.width * stretch);
  const { x, y } = centre(area);
  const box = { left: x - width / 2, top: y - height / 2, width, height };
  const long = Math.max(width, height) > 1.7 * Math.min(width, height);
  return equallySpaced(long && size > 8 ? roundEnded(box) : ellipse(box), size, turn);
}

/** An ellipse as a closed line of short pieces, clockwise from the top. */
function ellipse(box: Area): Place[] {
  const { x, y } = centre(box);
  return Array.from({ length: samples + 1 }, (_, index) => {
    const angle = (index / samples) * 2 * Math.PI;
    return { x: x + (box.width / 2) * Math.sin(angle), y: y - (box.height / 2) * Math.cos(angle) };
  });
}

/** A rectangle whose short sides are half circles, as a closed line, clockwise from the middle of the top. */
function roundEnded({ left, top, width, height }: Area): Place[] {
  const radius = Math.min(width, height) / 2;
  const corner = (x: number, y: number, quarter: number): Place[] =>
    Array.from({ length: 33 }, (_, index) => {
      const angle = ((quarter + index / 32) * Math.PI) / 2;
      return { x: x + radius * Math.sin(angle), y: y - radius * Math.cos(angle) };
    });
  const right = left + width - radius;
  const bottom = top + height - radius;
  const start = { x: left + width / 2, y: top };
  return [
    start,
    ...corner(right, top + radius, 0),
    ...corner(right, bottom, 1),
    ...corner(left + radius, bottom, 2),
    ...corner(left + radius, top + radius, 3),
    start,
  ];
}

/** `size` places at equal distances along a line, the first after `turn` of its length. */
function equallySpaced(outline: readonly Place[], size: number, turn: number): Place[] {
  const lengths = [0];
  for (let index = 1; index < outline.length; index += 1) {
    const from = outline[index - 1] as Place;
    const to = outline[index] as Place;
    lengths.push((lengths[index - 1] as number) + Math.hypot(to.x - from.x, to.y - from.y));
  }
  const total = lengths[lengths.length - 1] as number;
  return Array.from({ length: size }, (_, rank) => {
    const at = ((rank / size + turn) % 1) * total;
    const index = Math.max(
      0,
      lengths.findIndex((length) => length > at),
    );
    const before = lengths[index - 1] ?? 0;
    const part = (at - before) / Math.max(1e-9, (lengths[index] as number) - before);
    const from = outline[Math.max(0, index - 1)] as Place;
    const to = outline[index] as Place;
    return { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part };
  });
}
