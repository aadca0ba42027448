import { useMemo, useRef, useState } from 'preact/hooks';
import { failedRank, hasEnded, type JobView } from '../shared/jobs';
import { NodeMenu } from '../shared/nodeMenu';
import { arrowDirection, placeInDirection, typedRank, type Place } from '../shared/rovingFocus';
import { useReducedMotion } from '../shared/useReducedMotion';
import { useSize } from '../shared/useSize';
import type { Actions } from './actions';
import { EdgeCanvas } from './edgeCanvas';
import { drawnEdges } from './drawnEdges';
import { edgeNear, labelledEdges, paintedEdges, type Curves } from './edges';
import { defaultLayout, labelBox, layOut, type Layout } from './layout';
import { linkMenu, nodeMenu } from './menus';
import type { TopologyState } from './model';
import { NodeButton } from './nodeButton';
import { HostBoxes, Overlay } from './overlay';
import { Tooltip } from './tooltip';
import { faultsBesides, nodeWords, waitArrows } from './waits';

interface StageProps {
  state: TopologyState;
  view: JobView;
  nowMs: number;
  actions: Actions;
}

/** The drawing: as large as there is room for, with nodes that arrow keys and digits go to. */
export function Stage(props: StageProps) {
  const frame = useRef<HTMLDivElement>(null);
  const size = useSize(frame);
  const { state, view } = props;
  const name = state.layout ?? defaultLayout(view.nodes.length);
  const hostNames = view.nodes.map((node) => node.info.host);
  const layout = useMemo(
    () => size && size.width > 0 && size.height > 0 && layOut(name, hostNames, size.width, size.height),
    [name, hostNames.join('\n'), size],
  );
  return (
    <div class="stage" ref={frame}>
      {layout && <Drawing {...props} layout={layout} />}
    </div>
  );
}

function Drawing({ state, view, nowMs, actions, layout }: StageProps & { layout: Layout }) {
  const [hovered, setHovered] = useState<number>();
  const [pointer, setPointer] = useState<Place>();
  const [menu, setMenu] = useState<OpenMenu>();
  const typed = useRef({ text: '', atMs: 0 });
  const drawing = useRef<HTMLDivElement>(null);
  const curves = useMemo((): Curves => new Map(), [layout]);
  const still = useReducedMotion() || state.options.animation === 'off';
  const { job, nodes } = view;
  const { selected } = state;
  const traffic = state.traffic.get(job.id);
  const { active } = view.faults;
  const drawn = useMemo(
    () => drawnEdges(traffic ?? new Map(), active, nodes.length),
    [traffic, active, nodes.length],
  );
  const edges = useMemo(
    () => paintedEdges(drawn, layout, curves, hovered, nowMs),
    [drawn, layout, curves, hovered, nowMs],
  );
  const arrows = waitArrows(view, nowMs);
  const circular = new Set(arrows.filter((arrow) => arrow.circular).map((arrow) => arrow.from));
  const focusedRank = state.focused?.job === job.id ? state.focused.rank : undefined;
  const tabStop = Math.min(selected ?? focusedRank ?? 0, nodes.length - 1);

  const words = nodes.map((node) => nodeWords(node, view));

  const goTo = (rank: number) => {
    const button = drawing.current?.querySelector<HTMLElement>(`[data-rank="${rank}"]`);
    button?.focus();
    button?.scrollIntoView({ block: 'nearest' });
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const direction = arrowDirection(event.key);
    if (direction) goTo(placeInDirection(layout.places, tabStop, direction));
    else if (event.key === 'Home') goTo(0);
    else if (event.key === 'End') goTo(nodes.length - 1);
    else if (event.key === 'f' && !hasEnded(job.state))
      actions.send({ type: 'injectFault', job: job.id, rank: tabStop });
    else if (event.key === 'o') actions.send({ type: 'showOutput', job: job.id, rank: tabStop });
    else if (event.key === 'Escape') actions.choose({ type: 'nodeSelected' });
    else if (/^[0-9]$/.test(event.key)) {
      const recent = event.timeStamp - typed.current.atMs < 800 ? typed.current.text : '';
      const next = typedRank(recent, event.key, nodes.length);
      typed.current = { text: next.typed, atMs: event.timeStamp };
      if (next.rank !== undefined) goTo(next.rank);
    } else return;
    event.preventDefault();
  };

  const hoveredEdge = pointer && hovered === undefined ? edgeNear(pointer, drawn, layout, curves) : undefined;

  return (
    <>
      <div
        ref={drawing}
        class="drawing"
        role="group"
        aria-label={`Nodes of ${job.id}: arrow keys move between them, Enter focuses the thread, O shows the output, F injects a fault`}
        style={{ width: `${layout.width}px`, height: `${layout.height}px` }}
        onKeyDown={onKeyDown}
        onPointerMove={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          setPointer({ x: event.clientX - box.left, y: event.clientY - box.top });
        }}
        onPointerLeave={() => setPointer(undefined)}
        onContextMenu={(event) => {
          // On a node, that has answered already.
          if (event.defaultPrevented) return;
          event.preventDefault();
          const box = event.currentTarget.getBoundingClientRect();
          const { clientX: x, clientY: y } = event;
          const edge = edgeNear({ x: x - box.left, y: y - box.top }, drawn, layout, curves);
          if (edge) setMenu({ type: 'link', from: edge.source, to: edge.destination, x, y });
        }}
      >
        <HostBoxes layout={layout} />
        <EdgeCanvas edges={edges} width={layout.width} height={layout.height} moving={!still} />
        <Overlay
          layout={layout}
          arrows={arrows}
          labels={labelledEdges(drawn, layout, curves, hovered ?? selected, words, nowMs)}
        />
        {nodes.map((node, rank) => {
          const place = layout.places[rank];
          if (!place) return null;
          return (
            <NodeButton
              key={rank}
              node={node}
              words={words[rank] ?? ''}
              place={place}
              radius={layout.radius}
              label={labelBox(layout, rank)}
              marks={{
                selected: rank === selected,
                focused: rank === focusedRank,
                failed: failedRank(job) === rank,
                circular: circular.has(rank),
                faulty: !hasEnded(job.state) && faultsBesides(node, view).length > 0,
              }}
              tabIndex={rank === tabStop ? 0 : -1}
              onSelect={() => actions.choose({ type: 'nodeSelected', rank })}
              onActivate={() => {
                actions.choose({ type: 'nodeSelected', rank });
                actions.send({ type: 'focusNode', job: job.id, rank });
              }}
              onMenu={(x, y) => setMenu({ type: 'node', rank, x, y })}
              onHover={(over) => setHovered(over ? rank : undefined)}
            />
          );
        })}
        <Tooltip
          view={view}
          layout={layout}
          node={hovered}
          edge={hoveredEdge}
          pointer={pointer}
          nowMs={nowMs}
        />
      </div>
      {menu && <DrawingMenu menu={menu} view={view} actions={actions} onClose={() => setMenu(undefined)} />}
    </>
  );
}

/** A menu that is open, and of what. */
type OpenMenu = ({ type: 'node'; rank: number } | { type: 'link'; from: number; to: number }) & Place;

interface DrawingMenuProps {
  menu: OpenMenu;
  view: JobView;
  actions: Actions;
  onClose(): void;
}

function DrawingMenu({ menu, view, actions, onClose }: DrawingMenuProps) {
  const isNode = menu.type === 'node';
  const items = isNode ? nodeMenu(view, menu.rank, actions) : linkMenu(view, menu.from, menu.to, actions);
  if (items.length === 0) return null;
  const label = isNode ? `Node ${menu.rank}` : `From node ${menu.from} to node ${menu.to}`;
  return <NodeMenu label={label} x={menu.x} y={menu.y} items={items} onClose={onClose} />;
}
