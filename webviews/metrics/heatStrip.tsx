import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { axisAge, spokenAge } from '../shared/timeAxis';
import { useSize } from '../shared/useSize';
import { useThemeVersion } from '../shared/useTheme';
import { heatColours, heatRange, labelledRanks, paintHeat, rowHeight } from './heatPainter';
import { nearestFrame, valueIn, type Window } from './history';
import type { Quantity } from './quantities';

interface HeatStripProps {
  label: string;
  quantity: Quantity;
  window: Window;
  size: number;
  highlighted: number | undefined;
  cursorAge: number | undefined;
  onCursor(age: number | undefined): void;
  onHighlight(rank: number | undefined): void;
}

/** Values of many nodes over time as a heat map, with the cursor that all charts share. */
export function HeatStrip(props: HeatStripProps) {
  const { label, quantity, window, size, highlighted, cursorAge, onCursor, onHighlight } = props;
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const box = useSize(frame);
  const themeVersion = useThemeVersion();
  const colours = useMemo(heatColours, [themeVersion]);
  const [under, setUnder] = useState<number>();
  const range = useMemo(() => heatRange(window, size, quantity), [window, size, quantity]);
  const row = rowHeight(size);
  const height = row * size;
  const width = box?.width ?? 0;

  useLayoutEffect(() => {
    if (canvas.current && width > 0) {
      paintHeat(canvas.current, { window, size, quantity, range, colours }, width);
    }
  }, [window, size, quantity, range, colours, width]);

  const at = (event: PointerEvent | MouseEvent) => {
    const { left, top: above } = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const rank = Math.floor((event.clientY - above) / row);
    const age = (1 - (event.clientX - left) / Math.max(1, width)) * window.from;
    return { rank: rank >= 0 && rank < size ? rank : undefined, age: Math.min(0, age) };
  };
  const read = under ?? highlighted;
  const shown =
    window.frames[cursorAge === undefined ? window.frames.length - 1 : nearestFrame(window, cursorAge)];
  const cursorLeft = cursorAge === undefined ? undefined : (1 - cursorAge / window.from) * width;

  return (
    <div class="heat">
      <div class="heat-ranks" aria-hidden="true">
        {labelledRanks(size).map((rank) => (
          <span key={rank} style={{ top: `${(rank + 0.5) * row}px` }}>
            {rank}
          </span>
        ))}
      </div>
      <div
        class="heat-frame"
        ref={frame}
        style={{ height: `${height}px` }}
        onPointerMove={(event) => {
          const place = at(event);
          setUnder(place.rank);
          onCursor(place.age);
        }}
        onPointerLeave={() => {
          setUnder(undefined);
          onCursor(undefined);
        }}
        onClick={(event) => {
          const { rank } = at(event);
          onHighlight(rank === highlighted ? undefined : rank);
        }}
      >
        <canvas ref={canvas} class="heat-canvas" role="img" aria-label={label} />
        {read !== undefined && (
          <span class="heat-row" style={{ top: `${read * row - 1}px`, height: `${row + 1}px` }} />
        )}
        {cursorLeft !== undefined && <span class="heat-cursor" style={{ left: `${cursorLeft}px` }} />}
      </div>
      <div class="heat-axis" aria-hidden="true">
        <span>{axisAge(window.from)}</span>
        <span>now</span>
      </div>
      <p class="heat-read" aria-hidden="true">
        {read === undefined ? (
          <>
            {quantity.format(range.bottom)} <span class="heat-scale" /> {quantity.format(range.top)}
          </>
        ) : (
          <>
            <b>Node {read}</b> {formatValue(valueIn(shown, read, quantity), quantity)}
            {cursorAge !== undefined && `, ${spokenAge(cursorAge)}`}
          </>
        )}
      </p>
    </div>
  );
}

/** A value with its unit, or a dash where there is none. */
export function formatValue(value: number, quantity: Quantity): string {
  return Number.isNaN(value) ? '–' : quantity.format(value);
}
