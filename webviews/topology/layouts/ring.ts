import type { Place } from '../../shared/rovingFocus';
import { centre, type Area, type Arrangement } from './arrangement';

const samples = 720;

/** Rank 0 at the top, then clockwise at equal distances; two nodes lie along the longer side. */
export function ring(size: number, area: Area): Arrangement {
  return { places: placesOnRing(size, area, size === 2 && area.width > area.height ? 0.75 : 0) };
}

/**
 * Places at equal distances along a ring that fills the area: a circle in a square, more of a rounded rectangle the
 * longer the area is. `turn` shifts the first place, in parts of the way round.
 */
export function placesOnRing(size: number, area: Area, turn = 0): Place[] {
  if (size === 1) return [centre(area)];
  const stretch = size <= 8 ? 1.6 : 4;
  const width = Math.min(area.width, area.height * stretch);
  const height = Math.min(area.height, area.width * stretch);
  const aspect = Math.max(width, height) / Math.max(1, Math.min(width, height));
  const exponent = 2 / (2 + Math.min(2, (aspect - 1) * 0.6));
  const { x, y } = centre(area);
  const round = (value: number) => Math.sign(value) * Math.abs(value) ** exponent;
  const outline = Array.from({ length: samples + 1 }, (_, index): Place => {
    const angle = (index / samples + turn) * 2 * Math.PI - Math.PI / 2;
    return { x: x + (width / 2) * round(Math.cos(angle)), y: y + (height / 2) * round(Math.sin(angle)) };
  });
  return equallySpaced(outline, size);
}

function equallySpaced(outline: readonly Place[], size: number): Place[] {
  const lengths = [0];
  for (let index = 1; index < outline.length; index += 1) {
    const from = outline[index - 1] as Place;
    const to = outline[index] as Place;
    lengths.push((lengths[index - 1] as number) + Math.hypot(to.x - from.x, to.y - from.y));
  }
  const total = lengths[lengths.length - 1] as number;
  const places: Place[] = [];
  let index = 0;
  for (let rank = 0; rank < size; rank += 1) {
    while ((lengths[index + 1] as number) < (total * rank) / size) index += 1;
    places.push(outline[index] as Place);
  }
  return places;
}
