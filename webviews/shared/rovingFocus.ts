/** Which of many things the arrow keys go to: one tab stop, arrows inside it, as in the ARIA practices. */

export interface Place {
  x: number;
  y: number;
}

export type Direction = 'left' | 'right' | 'up' | 'down';

const directions: Record<string, Direction> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};

/** The direction that a key stands for, or undefined. */
export function arrowDirection(key: string): Direction | undefined {
  return directions[key];
}

const unit: Record<Direction, Place> = {
  left: { x: -1, y: 0 },
  right: { x: 1, y: 0 },
  up: { x: 0, y: -1 },
  down: { x: 0, y: 1 },
};

/**
 * Index of the nearest place in a direction; what lies straight ahead counts as nearer than what lies aside.
 * Where nothing lies ahead: the next place in order, so that every place can be reached.
 */
export function placeInDirection(places: readonly Place[], from: number, direction: Direction): number {
  const here = places[from];
  if (!here) return 0;
  const ahead = unit[direction];
  let best = -1;
  let bestCost = Infinity;
  for (const [index, place] of places.entries()) {
    const along = (place.x - here.x) * ahead.x + (place.y - here.y) * ahead.y;
    const aside = Math.abs((place.x - here.x) * ahead.y) + Math.abs((place.y - here.y) * ahead.x);
    if (index === from || along <= 1 || aside > along * 2.5) continue;
    const cost = along + aside * 1.2;
    if (cost < bestCost) {
      best = index;
      bestCost = cost;
    }
  }
  if (best >= 0) return best;
  const step = direction === 'left' || direction === 'up' ? -1 : 1;
  return (from + step + places.length) % places.length;
}

/** Collects typed digits to a rank while they come quickly; a number out of range starts anew. */
export function typedRank(previous: string, digit: string, size: number): { typed: string; rank?: number } {
  for (const typed of [previous + digit, digit]) {
    const rank = Number(typed);
    if (rank < size) return { typed, rank };
  }
  return { typed: '' };
}
