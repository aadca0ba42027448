import type { JobView } from '../shared/jobs';
import { formatByteRate, formatBytes, formatMessageRate, plural } from '../shared/numberFormat';
import type { Place } from '../shared/rovingFocus';
import type { Layout } from './layout';
import type { DrawnEdge } from './drawnEdges';
import { isQuiet } from './traffic';
import { nodeWords } from './waits';

interface TooltipProps {
  view: JobView;
  layout: Layout;
  /** The node or the edge under the pointer. */
  node?: number;
  edge?: DrawnEdge;
  pointer?: Place;
  nowMs: number;
}

/** A few words beside the pointer about what lies under it; the details panel has the same for the keyboard. */
export function Tooltip({ view, layout, node, edge, pointer, nowMs }: TooltipProps) {
  const place = node === undefined ? pointer : layout.places[node];
  const known = node === undefined ? undefined : view.nodes[node];
  // A node whose words stand below it needs no second saying.
  if (!place || (known ? layout.labelWidth > 0 : !edge)) return null;
  const traffic = edge?.traffic;
  const below = place.y < layout.height / 2;
  const gap = known ? layout.radius + 8 : 14;
  return (
    <div
      class="tooltip"
      aria-hidden="true"
      style={{
        top: below ? `${place.y + gap}px` : 'auto',
        bottom: below ? 'auto' : `${layout.height - place.y + gap}px`,
        ...(place.x < layout.width / 2
          ? { left: `${Math.max(4, place.x - 60)}px` }
          : { right: `${Math.max(4, layout.width - place.x - 60)}px` }),
      }}
    >
      {known && (
        <>
          <b>Node {node}</b> {nodeWords(known, view)}
        </>
      )}
      {!known && edge && (
        <>
          <b>
            {edge.source} → {edge.destination}
          </b>{' '}
          {edge.fault && (
            <>
              {edge.fault.words} on purpose
              <br />
            </>
          )}
          {traffic && !isQuiet(traffic, nowMs) && (
            <>
              {formatMessageRate(traffic.messagesPerSecond)} · {formatByteRate(traffic.bytesPerSecond)}
              <br />
            </>
          )}
          {traffic && `${plural(traffic.messages, 'message')}, ${formatBytes(traffic.bytes)} so far`}
        </>
      )}
    </div>
  );
}
