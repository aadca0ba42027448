import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { failedRank, hasEnded, type JobView } from '../shared/jobs';
import { useNow } from '../shared/useNow';
import { useSize } from '../shared/useSize';
import { useThemeVersion } from '../shared/useTheme';
import type { Actions } from './actions';
import { diagramColours } from './colours';
import { pixelOf } from './diagram';
import type { Recorded, TimelineState } from './model';
import { type FaultMark, wordsNear } from './faultMarks';
import { openWaits } from './openWaits';
import { paint, type Painted } from './painter';
import { axisHeight, laneHeightFor, nameWidth, type Picture, pictureHeight, timeWidth } from './picture';
import { nextSelection, zoomCentre } from './selection';
import { formatTick, pan, pieceShown, ticks, type TimeWindow, windowOf, zoom } from './timeWindow';
import { useDrag } from './useDrag';
import { openWaitSentence, operationSentence } from './words';

interface StageProps {
  state: TimelineState;
  view: JobView;
  recorded: Recorded;
  ranks: readonly number[];
  faults: readonly FaultMark[];
  actions: Actions;
}

const zoomStep = 1.5;
/** How near to a bar a pointer has to be, in pixels. */
const reach = 2;

/** The space-time diagram: time to the right, a lane a node. */
export function Stage({ state, view, recorded, ranks, faults, actions }: StageProps) {
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useSize(frame);
  const theme = useThemeVersion();
  const colours = useMemo(diagramColours, [theme]);
  const { store, version } = recorded;
  const { open, nowMs } = useOpenWaits(view, recorded);
  const window = windowOf(state.shown, store.firstMs, nowMs);
  const [painted, setPainted] = useState<Painted>({ moreArrows: 0 });
  const [hover, setHover] = useState<{ x: number; y: number; words: string }>();
  const width = size?.width ?? 0;
  const laneHeight = laneHeightFor(ranks.length, size?.height ?? 0);
  const height = pictureHeight(ranks.length, laneHeight);
  const show = (piece: TimeWindow) =>
    actions.choose({ type: 'timePicked', shown: pieceShown(piece, store.firstMs, nowMs) });

  useLayoutEffect(() => {
    if (!canvas.current || width === 0) return;
    const { selected, focused } = state;
    const axis = ticks(window, timeWidth(width), width < 400 ? 60 : 90, store.zeroMs);
    const picture: Picture = {
      ...{ store, open, faults, ranks, window, width, laneHeight, nowMs, colours, selected },
      dead: deadRanks(view),
      other: selected === undefined ? undefined : store.otherEnd(selected),
      cause: selected === undefined ? undefined : store.waitOf(selected)?.cause,
      focusedRank: focused?.job === view.job.id ? focused.rank : undefined,
      axis: { atMs: axis.atMs, label: (ms) => formatTick(ms - store.zeroMs, axis.stepMs) },
    };
    const next = paint(canvas.current, picture);
    setPainted((before) => (before.moreArrows === next.moreArrows ? before : next));
  }, [
    ...[version, view, nowMs, ranks, faults, window.from, window.to],
    ...[width, laneHeight, colours, state.selected, state.focused],
  ]);

  const timeAt = (x: number) =>
    window.from + ((x - nameWidth) / timeWidth(width)) * (window.to - window.from);
  /** What lies under the pointer: the place of a call, and what there is to say. */
  const under = (event: MouseEvent): { place?: number; words?: string } => {
    const rank = ranks[Math.floor((event.offsetY - axisHeight) / laneHeight)];
    if (event.offsetX < nameWidth) return {};
    const atMs = timeAt(event.offsetX);
    const reachMs = (reach * (window.to - window.from)) / timeWidth(width);
    if (event.offsetY < axisHeight) return { words: wordsNear(faults, atMs, 3 * reachMs) };
    if (rank === undefined) return {};
    const place = store.callAt(rank, atMs + reachMs);
    const operation = place === undefined ? undefined : store.operation(place);
    if (place !== undefined && operation && operation.endMs >= atMs - reachMs) {
      return { place, words: operationSentence(store, place, operation) };
    }
    const wait = open.find((each) => each.rank === rank && each.fromMs <= atMs + reachMs && atMs <= nowMs);
    return { words: wait && openWaitSentence(wait) };
  };
  const drag = useDrag((pixels) => show(pan(window, -pixels / timeWidth(width))));

  // Preact's handlers of the wheel are passive; this one must keep the page from moving.
  const wheel = useRef<(event: WheelEvent) => void>(() => undefined);
  wheel.current = (event) => {
    const sideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
    const scrolls = height > (size?.height ?? 0) && !event.ctrlKey && !event.metaKey && !sideways;
    if (scrolls) return;
    event.preventDefault();
    if (sideways) show(pan(window, (event.deltaX || event.deltaY) / 800));
    else show(zoom(window, 1.002 ** event.deltaY, timeAt(event.offsetX)));
  };
  useEffect(() => {
    const element = canvas.current;
    const onWheel = (event: WheelEvent) => wheel.current(event);
    element?.addEventListener('wheel', onWheel, { passive: false });
    return () => element?.removeEventListener('wheel', onWheel);
  }, []);

  const onKeyDown = (event: KeyboardEvent) => {
    const centreMs = zoomCentre(store, state.selected, window);
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === '+' || event.key === '=') show(zoom(window, 1 / zoomStep, centreMs));
    else if (event.key === '-') show(zoom(window, zoomStep, centreMs));
    else if (event.key === '0') actions.choose({ type: 'timePicked', shown: { type: 'all' } });
    else if (event.shiftKey && event.key === 'ArrowLeft') show(pan(window, -0.2));
    else if (event.shiftKey && event.key === 'ArrowRight') show(pan(window, 0.2));
    else if (event.key === 'Escape') actions.select(undefined);
    else if (event.key === 'Enter' || event.key === ' ') actions.openPlaceOf(state.selected);
    else {
      const place = nextSelection(event.key, store, ranks, state.selected, centreMs);
      if (place === undefined) return;
      actions.select(place, window);
    }
    event.preventDefault();
  };

  return (
    <div
      class="stage"
      ref={frame}
      role="application"
      tabIndex={0}
      aria-label="Space-time diagram of the nodes' calls and messages"
      aria-describedby="timeline-help"
      onKeyDown={onKeyDown}
    >
      <canvas
        ref={canvas}
        style={{ width: `${width}px`, height: `${height}px` }}
        aria-hidden="true"
        onPointerDown={drag.start}
        onPointerMove={(event) => {
          if (drag.move(event)) return setHover(undefined);
          const { words } = under(event);
          setHover(words === undefined ? undefined : { x: event.offsetX, y: event.offsetY, words });
        }}
        onPointerLeave={() => setHover(undefined)}
        onPointerUp={(event) => {
          if (!drag.end()) actions.select(under(event).place);
        }}
        onDblClick={(event) => actions.openPlaceOf(under(event).place)}
      />
      {hover && (
        <div
          class="timeline-tip"
          style={{
            top: `${hover.y + 16}px`,
            ...(pixelOf(timeAt(hover.x), window, 1) > 0.5
              ? { right: `${width - hover.x}px` }
              : { left: `${hover.x}px` }),
          }}
        >
          {hover.words}
        </div>
      )}
      {painted.moreArrows > 0 && (
        <p class="timeline-more">Zoom in to see {painted.moreArrows} more messages.</p>
      )}
    </div>
  );
}

/** The calls without an end, and up to where they are drawn: as far as they have lasted, but not past all measure. */
function useOpenWaits(view: JobView, { store, version }: Recorded) {
  const live = !hasEnded(view.job.state);
  const clockMs = useNow(live, 250, version);
  const latest = useRef({ version: -1, viewMs: 0 });
  if (latest.current.version !== version) latest.current = { version, viewMs: clockMs };
  const { viewMs } = latest.current;
  const match = { storeMs: store.lastMs, viewMs };
  const open = useMemo(() => openWaits(view, store, match), [view, version]);
  const spanMs = store.lastMs - store.firstMs;
  const lastedMs = live ? clockMs - viewMs : Infinity;
  const nowMs = store.lastMs + (open.length > 0 ? Math.min(lastedMs, 0.25 * spanMs) : 0);
  return { open, nowMs };
}

/** The nodes whose names are marked: whose process is gone while others go on, or who brought the end. */
function deadRanks(view: JobView): Set<number> {
  const failed = failedRank(view.job);
  const live = !hasEnded(view.job.state);
  return new Set(
    view.nodes.flatMap(({ info }, rank) =>
      rank === failed || (live && info.state === 'dead') ? [rank] : [],
    ),
  );
}
