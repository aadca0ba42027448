import { iconPath } from '../shared/icons';
import type { NodeView } from '../shared/jobs';
import type { Place } from '../shared/rovingFocus';
import { stateLooks } from '../shared/stateLook';
import type { LabelBox } from './layout';
import { nodeOutline } from './nodeOutline';

/** What is special about a node at the moment. */
export interface NodeMarks {
  selected: boolean;
  /** The debugger stands on it. */
  focused: boolean;
  /** Its failure ended the job. */
  failed: boolean;
  /** It waits in a circle. */
  circular: boolean;
  /** Something goes wrong with it on purpose. */
  faulty: boolean;
}

interface NodeButtonProps {
  node: NodeView;
  /** What it is doing. */
  words: string;
  place: Place;
  radius: number;
  /** Room for its words, where there is any. */
  label: LabelBox | undefined;
  marks: NodeMarks;
  tabIndex: 0 | -1;
  onSelect(): void;
  onActivate(): void;
  onMenu(x: number, y: number): void;
  onHover(over: boolean): void;
}

/** A node: its rank, its state as colour, outline, icon and words. */
export function NodeButton(props: NodeButtonProps) {
  const { node, words, place, radius, label, marks, tabIndex } = props;
  const { info } = node;
  const half = Math.ceil(radius * 1.25) + 5;
  const classes = ['node', `state-${info.state}`];
  for (const [mark, is] of Object.entries(marks)) if (is) classes.push(mark);
  return (
    <button
      type="button"
      class={classes.join(' ')}
      data-rank={info.rank}
      style={{ left: `${place.x - half}px`, top: `${place.y - half}px` }}
      tabIndex={tabIndex}
      aria-label={nodeName(info.rank, words, marks)}
      aria-current={marks.selected}
      onFocus={props.onSelect}
      onClick={props.onActivate}
      onPointerEnter={() => props.onHover(true)}
      onPointerLeave={() => props.onHover(false)}
      onContextMenu={(event) => {
        event.preventDefault();
        const box = event.currentTarget.getBoundingClientRect();
        // The keyboard's menu key comes without a place.
        const fromKeyboard = event.clientX === 0 && event.clientY === 0;
        props.onMenu(
          fromKeyboard ? box.left + half : event.clientX,
          fromKeyboard ? box.top + half : event.clientY,
        );
      }}
    >
      <NodeDisc node={node} radius={radius} half={half} faulty={marks.faulty} />
      {/* The space keeps rank and words apart where only text is read. */}{' '}
      {label && (
        <span
          class="node-label"
          style={{
            width: `${label.width}px`,
            left: `${half + label.left - place.x}px`,
            top: `${half + label.top - place.y}px`,
            fontSize: `${label.textSize}px`,
          }}
        >
          {words}
        </span>
      )}
    </button>
  );
}

function nodeName(rank: number, words: string, marks: NodeMarks): string {
  const more = [
    marks.failed && 'its failure ended the job',
    marks.circular && 'in a circular wait',
    marks.focused && 'the debugger stands here',
  ].filter(Boolean);
  return [`Node ${rank} ${words}`, ...more].join(', ');
}

interface DiscProps {
  node: NodeView;
  radius: number;
  half: number;
  faulty: boolean;
}

function NodeDisc({ node, radius, half, faulty }: DiscProps) {
  const { state, rank } = node.info;
  const look = stateLooks[state];
  const badge = Math.max(5.5, radius * 0.36);
  const offset = radius * 0.78;
  const small = radius < 15;
  return (
    <svg
      class="node-disc"
      width={2 * half}
      height={2 * half}
      viewBox={`${-half} ${-half} ${2 * half} ${2 * half}`}
      aria-hidden="true"
    >
      <path class="node-halo" d={nodeOutline(look.shape, radius + 4)} />
      <path class="node-shape" d={nodeOutline(look.shape, radius)} />
      <text
        class="node-rank"
        font-size={radius * (rank > 99 ? 0.72 : 0.86)}
        x={small ? -radius * 0.1 : 0}
        y={small ? -radius * 0.06 : 0}
      >
        {rank}
      </text>
      <g class="node-badge" transform={`translate(${offset} ${offset})`}>
        <circle r={badge} />
        <path
          d={iconPath(look.icon)}
          transform={`scale(${(badge * 1.25) / 16}) translate(-8 -8)`}
          fill-rule="evenodd"
        />
      </g>
      {faulty && (
        <g class="node-fault" transform={`translate(${offset} ${-offset})`}>
          <circle r={badge} />
          <path
            d={iconPath('bolt')}
            transform={`scale(${(badge * 1.45) / 16}) translate(-8 -8)`}
            fill-rule="evenodd"
          />
        </g>
      )}
    </svg>
  );
}
