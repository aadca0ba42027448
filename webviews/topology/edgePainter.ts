/** Paints edges on two canvases: the lines when something has changed, the dots that flow along them every frame. */
import { angleOn, pointOn, type Curve } from './curve';
import { edgeOpacity, type EdgeLook } from './edgeLook';

/** An edge ready to be painted. */
export interface PaintedEdge {
  curve: Curve;
  /** Absent: nothing goes over it at the moment. */
  look?: EdgeLook;
  /** Nothing passes; or something does, but late or not all of it. */
  fault?: 'cut' | 'impaired';
  /** Belongs to the node that the user looks at. */
  highlighted: boolean;
}

export interface EdgeColours {
  quiet: string;
  live: string;
  dot: string;
  cut: string;
  impaired: string;
}

/** Only the busiest edges get moving dots: more could not be told apart, and would cost the editor time. */
export const movingEdges = 240;

/** Lines of faulty edges: long dashes where they are cut, dashes and dots else. The same in topology.css. */
const dashes = { cut: [7, 5], impaired: [10, 4, 1.5, 4] };
/** What is wrong is seen also among very many edges. */
const leastFaulty = 0.85;

function prepare(canvas: HTMLCanvasElement): CanvasRenderingContext2D | undefined {
  const context = canvas.getContext('2d') ?? undefined;
  context?.setTransform(1, 0, 0, 1, 0, 0);
  context?.clearRect(0, 0, canvas.width, canvas.height);
  context?.scale(devicePixelRatio, devicePixelRatio);
  return context;
}

function trace(context: CanvasRenderingContext2D, { from, control, to }: Curve): void {
  context.beginPath();
  context.moveTo(from.x, from.y);
  context.quadraticCurveTo(control.x, control.y, to.x, to.y);
}

/** Paints the lines; with `arrows`, each live one gets a head that shows its direction. */
export function paintLines(
  canvas: HTMLCanvasElement,
  edges: readonly PaintedEdge[],
  colours: EdgeColours,
  arrows: boolean,
): void {
  const context = prepare(canvas);
  if (!context) return;
  context.lineCap = 'round';
  const opacity = edgeOpacity(edges.length);
  const someHighlighted = edges.some((edge) => edge.highlighted);
  for (const { curve, look, highlighted, fault } of edges) {
    const dimmed = someHighlighted && !highlighted ? 0.35 : 1;
    context.globalAlpha = highlighted ? 1 : opacity * dimmed * (look ? 1 : 0.7);
    if (fault) context.globalAlpha = Math.max(leastFaulty, context.globalAlpha);
    context.strokeStyle = fault ? colours[fault] : look ? colours.live : colours.quiet;
    context.lineWidth = Math.max(look?.width ?? 1, fault ? 2 : 1);
    context.setLineDash(fault ? dashes[fault] : []);
    trace(context, curve);
    context.stroke();
    context.setLineDash([]);
    if (fault === 'cut') paintCross(context, curve);
    if (look && arrows) paintHead(context, curve, look, colours.dot);
  }
}

/** The sign of a cut: where the line is cut through. */
function paintCross(context: CanvasRenderingContext2D, curve: Curve): void {
  const { x, y } = pointOn(curve, 0.5);
  const half = 5;
  context.lineWidth = 2;
  context.beginPath();
  context.moveTo(x - half, y - half);
  context.lineTo(x + half, y + half);
  context.moveTo(x + half, y - half);
  context.lineTo(x - half, y + half);
  context.stroke();
}

function paintHead(context: CanvasRenderingContext2D, curve: Curve, look: EdgeLook, colour: string): void {
  const at = pointOn(curve, 0.62);
  const size = 4 + look.width;
  context.save();
  context.translate(at.x, at.y);
  context.rotate(angleOn(curve, 0.62));
  context.fillStyle = colour;
  context.beginPath();
  context.moveTo(size, 0);
  context.lineTo(-size * 0.7, size * 0.75);
  context.lineTo(-size * 0.7, -size * 0.75);
  context.closePath();
  context.fill();
  context.restore();
}

/** Paints the dots as they are at `timeMs`: each dot is a round cap of a dash of no length. */
export function paintDots(
  canvas: HTMLCanvasElement,
  edges: readonly PaintedEdge[],
  colours: EdgeColours,
  timeMs: number,
): void {
  const context = prepare(canvas);
  if (!context) return;
  context.lineCap = 'round';
  context.strokeStyle = colours.dot;
  const live = edges.filter((edge) => edge.look);
  const opacity = Math.min(1, edgeOpacity(live.length) * 1.6);
  const someHighlighted = live.some((edge) => edge.highlighted);
  for (const { curve, look, highlighted } of live.slice(0, movingEdges)) {
    if (!look) continue;
    context.globalAlpha = highlighted ? 1 : opacity * (someHighlighted ? 0.35 : 1);
    context.lineWidth = look.width + 2.5;
    context.setLineDash([0.01, look.spacing]);
    context.lineDashOffset = -((timeMs / 1000) * look.speed) % look.spacing;
    trace(context, curve);
    context.stroke();
  }
}
