import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { axisAge } from '../shared/timeAxis';
import { useSize } from '../shared/useSize';
import { resolveColour, useThemeVersion } from '../shared/useTheme';
import type { Window } from './history';
import type { LineLook } from './palette';
import type { Quantity } from './quantities';

/** One line: its values beside the window's ages. */
export interface Line {
  key: string;
  values: number[];
  look: LineLook;
  /** Drawn stronger than the others. */
  strong: boolean;
  /** Drawn weaker, because another one is strong. */
  weak: boolean;
}

interface LineChartProps {
  label: string;
  quantity: Quantity;
  window: Window;
  lines: readonly Line[];
  /** Fills the area below a single line. */
  filled: boolean;
  cursorAge: number | undefined;
  onCursor(age: number | undefined): void;
}

/** Values over time as lines, with the cursor that all charts share. */
export function LineChart(props: LineChartProps) {
  const { label, quantity, window, lines, filled, cursorAge, onCursor } = props;
  const frame = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const pointerInside = useRef(false);
  const size = useSize(frame);
  const themeVersion = useThemeVersion();
  const looks = lines.map(({ key, look, strong, weak }) => `${key} ${look.colour} ${strong} ${weak}`).join();
  const data = useMemo(
    (): uPlot.AlignedData => [
      window.ages,
      ...lines.map(({ values }) => values.map((value) => (Number.isNaN(value) ? null : value))),
    ],
    [window, lines],
  );
  // A line needs two points: the first sample is a dot.
  const few = window.ages.length < 3;
  const latest = useRef({ onCursor, from: window.from });
  latest.current = { onCursor, from: window.from };

  useLayoutEffect(() => {
    if (!frame.current || !size || size.width === 0) return undefined;
    const made = new uPlot(
      {
        width: size.width,
        height: size.height,
        legend: { show: false },
        cursor: {
          x: true,
          y: false,
          drag: { x: false, y: false },
          points: { size: 7 },
        },
        scales: {
          x: { time: false, range: () => [latest.current.from, 0] },
          y: { range: (_, __, highest) => [0, Math.max(quantity.least, (highest ?? 0) * 1.08)] },
        },
        padding: [8, 16, 0, 0],
        axes: [
          axis(axisAge, () => 22, 64),
          { ...axis(quantity.format, widthOfLabels, 26), ...(quantity.binary ? { incrs: powersOfTwo } : {}) },
        ],
        series: [{}, ...lines.map((line) => series(line, filled, few))],
        hooks: {
          setCursor: [
            (self) => {
              // New data moves the cursor too; only the pointer speaks for the user.
              if (!pointerInside.current) return;
              const { left = -1, idx } = self.cursor;
              const age = idx === null || idx === undefined || left < 0 ? undefined : self.data[0][idx];
              latest.current.onCursor(age);
            },
          ],
        },
      },
      data,
      frame.current,
    );
    plot.current = made;
    return () => {
      plot.current = undefined;
      made.destroy();
    };
  }, [size, looks, filled, few, quantity, themeVersion]);

  useLayoutEffect(() => plot.current?.setData(data), [data]);

  useEffect(() => {
    const made = plot.current;
    if (!made) return;
    const left = cursorAge === undefined ? -10 : made.valToPos(cursorAge, 'x');
    if (Math.abs((made.cursor.left ?? -10) - left) > 0.5) made.setCursor({ left, top: 0 }, false);
  }, [cursorAge, data, size, looks]);

  return (
    <div
      class="chart"
      ref={frame}
      role="img"
      aria-label={label}
      onPointerEnter={() => {
        pointerInside.current = true;
      }}
      onPointerLeave={() => {
        pointerInside.current = false;
        onCursor(undefined);
      }}
    />
  );
}

const powersOfTwo = Array.from({ length: 32 }, (_, index) => 2 ** index);

/** Room for the longest label of the vertical axis. */
function widthOfLabels(_: uPlot, labels: string[] | null): number {
  return Math.max(30, 10 + 6.6 * Math.max(0, ...(labels ?? []).map((label) => label.length)));
}

function axis(
  format: (value: number) => string,
  size: (plot: uPlot, labels: string[] | null) => number,
  space: number,
): uPlot.Axis {
  const text = resolveColour('var(--quiet)');
  const line = resolveColour('color-mix(in srgb, var(--text) 12%, transparent)');
  const font = getComputedStyle(document.body).fontFamily;
  return {
    stroke: text,
    font: `11px ${font}`,
    size,
    space,
    gap: 4,
    grid: { stroke: line, width: 1 },
    ticks: { show: false },
    values: (_, splits) => splits.map(format),
  };
}

function series({ look, strong, weak }: Line, filled: boolean, few: boolean): uPlot.Series {
  const stroke = resolveColour(look.colour);
  return {
    stroke: weak ? resolveColour(`color-mix(in srgb, ${look.colour} 30%, var(--surface))`) : stroke,
    fill: filled ? resolveColour(`color-mix(in srgb, ${look.colour} 16%, transparent)`) : undefined,
    width: strong ? 3 : 1.75,
    dash: look.dash,
    points: { show: few, size: 6, fill: stroke },
    spanGaps: false,
  };
}
