/** From a job's traffic to what is painted, labelled and hit in the drawing. */
import { formatByteRate, formatMessageRate } from '../shared/numberFormat';
import type { Place } from '../shared/rovingFocus';
import { curveBetween, distanceToCurve, type Curve } from './curve';
import { placeLabels, type EdgeLabel } from './edgeLabels';
import { edgeLook } from './edgeLook';
import type { PaintedEdge } from './edgePainter';
import { labelBox, rateSize, type Layout } from './layout';
import { edgeKey, isQuiet, liveEdges, type Edge, type Traffic } from './traffic';

/** Curves of one layout by `edgeKey`, worked out as they are needed. */
export type Curves = Map<number, Curve>;

/** With no more live edges than this, all of them are labelled; else those of one node. */
const fewEdges = 8;
const mostLabels = 12;
const hitDistance = 7;

function curveOf(edge: Edge, { places, radius }: Layout, curves: Curves): Curve | undefined {
  if (edge.source === edge.destination) return undefined;
  const key = edgeKey(edge.source, edge.destination);
  let curve = curves.get(key);
  if (!curve && places[edge.source] && places[edge.destination]) {
    curve = curveBetween(places, edge.source, edge.destination, radius, 'right');
    curves.set(key, curve);
  }
  return curve;
}

/** All edges over which something has ever gone, the busiest first. */
export function paintedEdges(
  traffic: Traffic | undefined,
  layout: Layout,
  curves: Curves,
  highlighted: number | undefined,
  nowMs: number,
): PaintedEdge[] {
  const painted: PaintedEdge[] = [];
  const edges = [...(traffic?.values() ?? [])].sort((a, b) => b.messagesPerSecond - a.messagesPerSecond);
  for (const edge of edges) {
    const curve = curveOf(edge, layout, curves);
    if (!curve) continue;
    painted.push({
      curve,
      look: isQuiet(edge, nowMs) ? undefined : edgeLook(edge),
      highlighted: touches(edge, highlighted),
    });
  }
  return painted;
}

/**
 * The rates to be written into the drawing; `rank` is the node that the user looks at, `words` what stands
 * below the nodes.
 */
export function labelledEdges(
  traffic: Traffic | undefined,
  layout: Layout,
  curves: Curves,
  rank: number | undefined,
  words: readonly string[],
  nowMs: number,
): EdgeLabel[] {
  if (!traffic) return [];
  const live = liveEdges(traffic, nowMs);
  const chosen = live.length <= fewEdges ? live : live.filter((edge) => touches(edge, rank));
  const roomy = layout.width >= 420;
  const candidates = chosen.slice(0, mostLabels).flatMap((edge) => {
    const curve = curveOf(edge, layout, curves);
    const messages = formatMessageRate(edge.messagesPerSecond);
    const texts = roomy ? [`${messages} · ${formatByteRate(edge.bytesPerSecond)}`, messages] : [messages];
    return curve ? [{ key: edgeKey(edge.source, edge.destination), curve, texts }] : [];
  });
  const obstacles = {
    nodes: layout.places,
    nodeRadius: layout.radius,
    words: wordBoxes(layout, words),
  };
  return placeLabels(candidates, obstacles, { width: layout.width, textSize: rateSize(layout.radius) });
}

/** About the boxes that the words below the nodes really fill. */
function wordBoxes(layout: Layout, words: readonly string[]) {
  return words.flatMap(({ length }, rank) => {
    const box = labelBox(layout, rank);
    if (!box) return [];
    const textWidth = length * box.textSize * 0.58;
    const width = Math.min(box.width, textWidth);
    const lines = textWidth > box.width ? 2 : 1;
    const left = box.left + (box.width - width) / 2;
    return [{ left, right: left + width, top: box.top, bottom: box.top + (lines * box.height) / 2 }];
  });
}

/** The edge under the pointer. */
export function edgeNear(
  pointer: Place,
  traffic: Traffic | undefined,
  layout: Layout,
  curves: Curves,
): Edge | undefined {
  let nearest: Edge | undefined;
  let distance = hitDistance;
  for (const edge of traffic?.values() ?? []) {
    const curve = curveOf(edge, layout, curves);
    const here = curve ? distanceToCurve(curve, pointer) : Infinity;
    if (here >= distance) continue;
    nearest = edge;
    distance = here;
  }
  return nearest;
}

function touches(edge: Edge, rank: number | undefined): boolean {
  return rank !== undefined && (edge.source === rank || edge.destination === rank);
}
