/** From the drawn edges to what is painted, labelled and hit. */
import { formatByteRate, formatMessageRate } from '../shared/numberFormat';
import type { Place } from '../shared/rovingFocus';
import { curveBetween, distanceToCurve, type Curve } from './curve';
import { placeLabels, type EdgeLabel } from './edgeLabels';
import { type DrawnEdge, touches, type Way } from './drawnEdges';
import { edgeLook } from './edgeLook';
import type { PaintedEdge } from './edgePainter';
import { labelBox, rateSize, type Layout } from './layout';
import { edgeKey, isQuiet } from './traffic';

/** Curves of one layout by `edgeKey`, worked out as they are needed. */
export type Curves = Map<number, Curve>;

/** With no more live edges than this, all of them are labelled; else those of one node. */
const fewEdges = 8;
const mostLabels = 12;
const hitDistance = 7;

function curveOf(edge: Way, { places, radius }: Layout, curves: Curves): Curve | undefined {
  if (edge.source === edge.destination) return undefined;
  const key = edgeKey(edge.source, edge.destination);
  let curve = curves.get(key);
  if (!curve && places[edge.source] && places[edge.destination]) {
    curve = curveBetween(places, edge.source, edge.destination, radius, 'right');
    curves.set(key, curve);
  }
  return curve;
}

/** The edges as they are painted at this moment, the busiest first. */
export function paintedEdges(
  edges: readonly DrawnEdge[],
  layout: Layout,
  curves: Curves,
  highlighted: number | undefined,
  nowMs: number,
): PaintedEdge[] {
  const painted: PaintedEdge[] = [];
  for (const edge of edges) {
    const curve = curveOf(edge, layout, curves);
    if (!curve) continue;
    painted.push({
      curve,
      // What is sent across a cut goes nowhere.
      look: isLive(edge, nowMs) && !edge.fault?.cut ? edgeLook(edge.traffic) : undefined,
      fault: edge.fault && (edge.fault.cut ? 'cut' : 'impaired'),
      highlighted: touches(edge, highlighted),
    });
  }
  return painted;
}

const isLive = (edge: DrawnEdge, nowMs: number): edge is DrawnEdge & Required<Pick<DrawnEdge, 'traffic'>> =>
  edge.traffic !== undefined && !isQuiet(edge.traffic, nowMs);

/**
 * The rates and faults to be written into the drawing; `rank` is the node that the user looks at, `words` what stands
 * below the nodes.
 */
export function labelledEdges(
  edges: readonly DrawnEdge[],
  layout: Layout,
  curves: Curves,
  rank: number | undefined,
  words: readonly string[],
  nowMs: number,
): EdgeLabel[] {
  const cut = new Set(edges.filter(({ fault }) => fault?.cut).map(({ key }) => key));
  const worthy = edges.filter((edge) => {
    if (!edge.fault?.cut) return edge.fault || isLive(edge, nowMs);
    // A cut of both ways is said once.
    return edge.source < edge.destination || !cut.has(edgeKey(edge.destination, edge.source));
  });
  const own = worthy.filter((edge) => touches(edge, rank));
  const faulty = worthy.filter(({ fault }) => fault);
  const chosen =
    worthy.length <= fewEdges ? worthy : own.length > 0 || faulty.length > fewEdges ? own : faulty;
  const roomy = layout.width >= 420;
  // What is wrong finds its room first.
  const ordered = [...chosen.filter(({ fault }) => fault), ...chosen.filter(({ fault }) => !fault)];
  const candidates = ordered.slice(0, mostLabels).flatMap((edge) => {
    const curve = curveOf(edge, layout, curves);
    const texts = edgeTexts(edge, roomy, nowMs);
    return curve ? [{ key: edge.key, curve, texts, isFaulty: edge.fault !== undefined }] : [];
  });
  const obstacles = {
    nodes: layout.places,
    nodeRadius: layout.radius,
    words: wordBoxes(layout, words),
  };
  return placeLabels(candidates, obstacles, { width: layout.width, textSize: rateSize(layout.radius) });
}

/** What can be said of an edge, the longest first. */
function edgeTexts(edge: DrawnEdge, roomy: boolean, nowMs: number): string[] {
  const wrong = edge.fault?.words;
  if (!isLive(edge, nowMs) || edge.fault?.cut) return wrong === undefined ? [] : [wrong];
  const { messagesPerSecond, bytesPerSecond } = edge.traffic;
  const messages = formatMessageRate(messagesPerSecond);
  const rates = roomy ? [`${messages} · ${formatByteRate(bytesPerSecond)}`, messages] : [messages];
  return wrong === undefined ? rates : [`${wrong} · ${messages}`, wrong];
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
  edges: readonly DrawnEdge[],
  layout: Layout,
  curves: Curves,
): DrawnEdge | undefined {
  let nearest: DrawnEdge | undefined;
  let distance = hitDistance;
  for (const edge of edges) {
    const curve = curveOf(edge, layout, curves);
    const here = curve ? distanceToCurve(curve, pointer) : Infinity;
    if (here >= distance) continue;
    nearest = edge;
    distance = here;
  }
  return nearest;
}
