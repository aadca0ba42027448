/**
 * Edges as quadratic curves. Traffic bends to the right of its direction, so that both directions can be told apart; a
 * wait runs straight between them.
 */
import type { Place } from '../shared/rovingFocus';

export interface Curve {
  from: Place;
  control: Place;
  to: Place;
}

/** Whether a curve bends to the right of its direction, or only where another node stands in the way. */
export type Bend = 'right' | 'straight';

/**
 * The curve between the rims of two nodes. It bends further where another node stands in the way. `gap` is left free
 * before the rims.
 */
export function curveBetween(
  places: readonly Place[],
  from: number,
  to: number,
  radius: number,
  bend: Bend,
  gap = 2,
): Curve {
  const a = places[from] as Place;
  const b = places[to] as Place;
  const length = Math.max(1, Math.hypot(b.x - a.x, b.y - a.y));
  const along = { x: (b.x - a.x) / length, y: (b.y - a.y) / length };
  const height = bendHeight(places, from, to, length, radius, bend);
  const control = {
    x: (a.x + b.x) / 2 - along.y * height * 2,
    y: (a.y + b.y) / 2 + along.x * height * 2,
  };
  const distance = Math.min(radius + gap, length / 2 - 1);
  return { from: towards(a, control, distance), control, to: towards(b, control, distance) };
}

function bendHeight(
  places: readonly Place[],
  from: number,
  to: number,
  length: number,
  radius: number,
  bend: Bend,
): number {
  const usual = bend === 'right' ? Math.min(30, Math.max(4, length * 0.07)) : 0;
  const clearance = radius + 5;
  for (const [index, place] of places.entries()) {
    if (index === from || index === to) continue;
    if (distanceToSegment(place, places[from] as Place, places[to] as Place) < clearance) {
      const around = radius * 1.5 + 6;
      return bend === 'right' ? Math.max(usual, around) : -around;
    }
  }
  return usual;
}

function towards(from: Place, to: Place, distance: number): Place {
  const length = Math.max(1e-6, Math.hypot(to.x - from.x, to.y - from.y));
  return {
    x: from.x + ((to.x - from.x) * distance) / length,
    y: from.y + ((to.y - from.y) * distance) / length,
  };
}

function distanceToSegment(point: Place, a: Place, b: Place): number {
  const squared = (b.x - a.x) ** 2 + (b.y - a.y) ** 2;
  const t = ((point.x - a.x) * (b.x - a.x) + (point.y - a.y) * (b.y - a.y)) / Math.max(squared, 1e-6);
  const at = Math.min(1, Math.max(0, t));
  return Math.hypot(point.x - a.x - at * (b.x - a.x), point.y - a.y - at * (b.y - a.y));
}

/** The point at `t` (0 to 1) along a curve. */
export function pointOn({ from, control, to }: Curve, t: number): Place {
  const u = 1 - t;
  return {
    x: u * u * from.x + 2 * u * t * control.x + t * t * to.x,
    y: u * u * from.y + 2 * u * t * control.y + t * t * to.y,
  };
}

/** The direction of travel at `t`, in radians. */
export function angleOn({ from, control, to }: Curve, t: number): number {
  return Math.atan2(
    (1 - t) * (control.y - from.y) + t * (to.y - control.y),
    (1 - t) * (control.x - from.x) + t * (to.x - control.x),
  );
}

/** How far a point is from a curve, to within a few pixels. */
export function distanceToCurve(curve: Curve, point: Place): number {
  let nearest = Infinity;
  const pieces = 16;
  let before = curve.from;
  for (let index = 1; index <= pieces; index += 1) {
    const next = pointOn(curve, index / pieces);
    nearest = Math.min(nearest, distanceToSegment(point, before, next));
    before = next;
  }
  return nearest;
}

/** A curve as SVG path data. */
export function pathData({ from, control, to }: Curve): string {
  const at = ({ x, y }: Place) => `${x.toFixed(1)} ${y.toFixed(1)}`;
  return `M${at(from)}Q${at(control)} ${at(to)}`;
}
