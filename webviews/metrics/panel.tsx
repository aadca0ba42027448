import { useMemo } from 'preact/hooks';
import { arrowDirection } from '../shared/rovingFocus';
import { formatValue, HeatStrip } from './heatStrip';
import { nearestFrame, valueIn, valuesIn, type History, type Window } from './history';
import { LineChart, type Line } from './lineChart';
import type { MetricsChoice, MetricsState } from './model';
import { lineLook, mostLines } from './palette';
import { combine, type Quantity } from './quantities';

interface PanelProps {
  state: MetricsState;
  history: History;
  window: Window;
  quantity: Quantity;
  choose(choice: MetricsChoice): void;
}

/** One quantity: its value now or at the cursor, its course, and which node is which line. */
export function Panel({ state, history, window, quantity, choose }: PanelProps) {
  const { size } = history;
  const { cursorAge, highlighted } = state;
  const index = cursorAge === undefined ? window.frames.length - 1 : nearestFrame(window, cursorAge);
  const frame = window.frames[index];
  const all = valuesIn(frame, size, quantity);
  const whole = combine(all, quantity.together);
  const lines = useMemo(
    () =>
      state.scope === 'together'
        ? [wholeLine(window, size, quantity)]
        : nodeLines(window, size, quantity, highlighted),
    [state.scope, window, size, quantity, highlighted],
  );
  const onCursor = (age: number | undefined) => {
    if (age !== cursorAge) choose({ type: 'cursorMoved', age });
  };
  const label = `${quantity.title}: ${quantity.together} ${formatValue(whole, quantity)}`;
  const asHeat = state.scope === 'nodes' && size > mostLines;
  return (
    <section class="panel" aria-label={quantity.title}>
      <div class="panel-head">
        <h2>{quantity.title}</h2>
        <p>
          <b>{formatValue(whole, quantity)}</b>
          {size > 1 && <span class="panel-together"> {quantity.together}</span>}
        </p>
      </div>
      {asHeat ? (
        <HeatStrip
          label={`${label}, highest ${highest(all, quantity)}`}
          quantity={quantity}
          window={window}
          size={size}
          highlighted={highlighted}
          cursorAge={cursorAge}
          onCursor={onCursor}
          onHighlight={(rank) => choose({ type: 'nodeHighlighted', rank })}
        />
      ) : (
        <LineChart
          label={label}
          quantity={quantity}
          window={window}
          lines={lines}
          filled={state.scope === 'together' || size === 1}
          cursorAge={cursorAge}
          onCursor={onCursor}
        />
      )}
      {state.scope === 'nodes' && !asHeat && size > 1 && (
        <Legend quantity={quantity} values={all} highlighted={highlighted} choose={choose} />
      )}
    </section>
  );
}

function wholeLine(window: Window, size: number, quantity: Quantity): Line {
  return {
    key: quantity.together,
    values: window.frames.map((frame) => combine(valuesIn(frame, size, quantity), quantity.together)),
    look: lineLook(0),
    strong: false,
    weak: false,
  };
}

function nodeLines(
  window: Window,
  size: number,
  quantity: Quantity,
  highlighted: number | undefined,
): Line[] {
  if (size > mostLines) return [];
  return Array.from({ length: size }, (_, rank) => ({
    key: String(rank),
    values: window.frames.map((frame) => valueIn(frame, rank, quantity)),
    look: lineLook(rank),
    strong: rank === highlighted,
    weak: highlighted !== undefined && rank !== highlighted,
  }));
}

function highest(values: readonly number[], quantity: Quantity): string {
  const value = combine(values, 'worst');
  return Number.isNaN(value) ? '–' : `${quantity.format(value)} on node ${values.indexOf(value)}`;
}

interface LegendProps {
  quantity: Quantity;
  values: readonly number[];
  highlighted: number | undefined;
  choose(choice: MetricsChoice): void;
}

/** The nodes with their lines and values; a press makes a node's lines stand out in every chart. */
function Legend({ quantity, values, highlighted, choose }: LegendProps) {
  const tabStop = highlighted ?? 0;
  const onKeyDown = (event: KeyboardEvent) => {
    const direction = arrowDirection(event.key);
    if (!direction) return;
    event.preventDefault();
    const buttons = [...(event.currentTarget as HTMLElement).querySelectorAll('button')];
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const step = direction === 'left' || direction === 'up' ? -1 : 1;
    buttons[(at + step + buttons.length) % buttons.length]?.focus();
  };
  return (
    <div class="lines" role="group" aria-label={`Nodes, ${quantity.title}`} onKeyDown={onKeyDown}>
      {values.map((value, rank) => {
        const { colour, dash } = lineLook(rank);
        const on = rank === highlighted;
        return (
          <button
            key={rank}
            type="button"
            class={highlighted === undefined || on ? 'line-entry' : 'line-entry weak'}
            aria-pressed={on}
            aria-label={`Node ${rank} ${formatValue(value, quantity)}`}
            tabIndex={rank === tabStop ? 0 : -1}
            onClick={() => choose({ type: 'nodeHighlighted', rank: on ? undefined : rank })}
          >
            <svg width="22" height="8" aria-hidden="true">
              <line
                x1="1"
                y1="4"
                x2="21"
                y2="4"
                style={{ stroke: colour, strokeDasharray: dash.join(' ') }}
                stroke-width={on ? 4 : 2.5}
              />
            </svg>
            <b>{rank}</b> <span class="number">{formatValue(value, quantity)}</span>
          </button>
        );
      })}
    </div>
  );
}
