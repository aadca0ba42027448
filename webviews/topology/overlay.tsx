import type { Place } from '../shared/rovingFocus';
import { curveBetween, pathData, type Curve } from './curve';
import type { EdgeLabel } from './edgeLabels';
import { rateSize, type Layout } from './layout';
import type { WaitArrow } from './waits';

interface OverlayProps {
  layout: Layout;
  arrows: readonly WaitArrow[];
  labels: readonly EdgeLabel[];
}

/** What is drawn over the edges and under the nodes: the layout's structure, waits as arrows, rates beside edges. */
export function Overlay({ layout, arrows, labels }: OverlayProps) {
  const { width, height, places, radius } = layout;
  const size = rateSize(radius);
  return (
    <svg class="overlay" width={width} height={height} aria-hidden="true">
      <defs>
        <Head id="head-wait" className="wait-head" />
        <Head id="head-circular" className="wait-head circular" />
      </defs>
      {layout.links.map(([a, b]) => (
        <Link key={`${a}-${b}`} from={places[a]} to={places[b]} />
      ))}
      {arrows.map(({ from, to, circular, mutual }) => (
        <path
          key={from}
          class={circular ? 'wait circular' : 'wait'}
          stroke-width={(circular ? 1.6 : 1.2) + Math.min(1.6, radius / 22)}
          d={pathData(waitCurve(layout, from, to, mutual))}
          marker-end={circular ? 'url(#head-circular)' : 'url(#head-wait)'}
        />
      ))}
      {labels.map(({ key, x, y, text, width: room, isFaulty }) => (
        <g key={key} class={isFaulty ? 'edge-label faulty' : 'edge-label'}>
          <rect x={x - room / 2} y={y - size * 0.7} width={room} height={size * 1.4} rx={4} />
          <text x={x} y={y} font-size={size}>
            {text}
          </text>
        </g>
      ))}
    </svg>
  );
}

/** The boxes around the nodes of each host, below everything else. */
export function HostBoxes({ layout }: { layout: Layout }) {
  if (layout.hosts.length === 0) return null;
  return (
    <svg class="overlay" width={layout.width} height={layout.height} aria-hidden="true">
      {layout.hosts.map((box) => (
        <g key={box.host} class="host-box">
          <rect x={box.left} y={box.top} width={box.width} height={box.height} rx={8} />
          <text x={box.left + 12} y={box.top + 19}>
            {`${box.host || 'starting'} · ${box.count}`}
          </text>
        </g>
      ))}
    </svg>
  );
}

/** A wait's line ends before the other node's outline, and before the mark at its lower right. */
function waitCurve({ places, radius }: Layout, from: number, to: number, mutual: boolean): Curve {
  const [a, b] = [places[from], places[to]];
  const arrival = a && b ? Math.atan2(a.y - b.y, a.x - b.x) : 0;
  const atMark = Math.abs(arrival - Math.PI / 4) < 0.5;
  const gap = 7 + (atMark ? radius * 0.3 : 0);
  return curveBetween(places, from, to, radius * 1.08, mutual ? 'right' : 'straight', gap);
}

function Head({ id, className }: { id: string; className: string }) {
  return (
    <marker
      id={id}
      class={className}
      viewBox="0 0 12 12"
      refX="8"
      refY="6"
      markerWidth="13"
      markerHeight="13"
      markerUnits="userSpaceOnUse"
      orient="auto"
    >
      <path d="M0 0 12 6 0 12 3 6z" />
    </marker>
  );
}

function Link({ from, to }: { from: Place | undefined; to: Place | undefined }) {
  if (!from || !to) return null;
  return <line class="structure" x1={from.x} y1={from.y} x2={to.x} y2={to.y} />;
}
