import { useState } from 'preact/hooks';
import { describeState } from '../../runtime/protocol/node';
import { Icon } from '../shared/icons';
import type { JobView } from '../shared/jobs';
import { stateLooks } from '../shared/stateLook';
import { formatValue } from './heatStrip';
import { valueIn, valuesIn, type Frame, type History } from './history';
import { combine, quantities, type Quantity } from './quantities';

interface ValueTableProps {
  view: JobView;
  history: History;
  /** The frame at the cursor, or the newest. */
  frame: Frame | undefined;
  caption: string;
  onFocusNode(rank: number): void;
}

interface Order {
  /** Absent: by rank. */
  quantity?: Quantity;
  descending: boolean;
}

/** The values as a table: a row a node, sorted by the column that the user picks. */
export function ValueTable({ view, history, frame, caption, onFocusNode }: ValueTableProps) {
  const [order, setOrder] = useState<Order>({ descending: false });
  const ranks = Array.from({ length: history.size }, (_, rank) => rank).sort(comparison(order, frame));
  const direction = order.descending ? 'descending' : 'ascending';
  return (
    <div class="table-frame" role="region" aria-label="Values by node" tabIndex={0}>
      <table class="values">
        <caption>{caption}</caption>
        <thead>
          <tr>
            <th scope="col" aria-sort={order.quantity ? 'none' : direction}>
              <SortButton
                label="Node"
                order={order}
                onSort={() => setOrder({ descending: !order.quantity && !order.descending })}
              />
            </th>
            <th scope="col">State</th>
            {quantities.map((quantity) => (
              <th key={quantity.id} scope="col" aria-sort={order.quantity === quantity ? direction : 'none'}>
                <SortButton
                  label={quantity.short}
                  title={quantity.title}
                  quantity={quantity}
                  order={order}
                  onSort={() =>
                    setOrder({ quantity, descending: order.quantity !== quantity || !order.descending })
                  }
                />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {ranks.map((rank) => (
            <Row key={rank} view={view} rank={rank} frame={frame} onFocusNode={onFocusNode} />
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" colSpan={2}>
              Together
            </th>
            {quantities.map((quantity) => (
              <td key={quantity.id}>
                {formatValue(combine(valuesIn(frame, history.size, quantity), quantity.together), quantity)}{' '}
                <span class="panel-together">{quantity.together}</span>
              </td>
            ))}
          </tr>
        </tfoot>
      </table>
    </div>
  );
}

function comparison({ quantity, descending }: Order, frame: Frame | undefined) {
  const sign = descending ? -1 : 1;
  return (a: number, b: number): number => {
    if (!quantity) return sign * (a - b);
    const values = [valueIn(frame, a, quantity), valueIn(frame, b, quantity)];
    const [first = -1, second = -1] = values.map((value) => (Number.isNaN(value) ? -1 : value));
    return sign * (first - second) || a - b;
  };
}

interface RowProps {
  view: JobView;
  rank: number;
  frame: Frame | undefined;
  onFocusNode(rank: number): void;
}

function Row({ view, rank, frame, onFocusNode }: RowProps) {
  const info = view.nodes[rank]?.info;
  return (
    <tr>
      <th scope="row">
        <button type="button" class="link" title="Focus Thread" onClick={() => onFocusNode(rank)}>
          {rank}
        </button>
      </th>
      <td class="value-state">
        {info && (
          <span class={`state-${info.state}`} title={describeState(info)}>
            <Icon name={stateLooks[info.state].icon} />
            {info.state}
          </span>
        )}
      </td>
      {quantities.map((quantity) => (
        <td key={quantity.id}>{formatValue(valueIn(frame, rank, quantity), quantity)}</td>
      ))}
    </tr>
  );
}

interface SortButtonProps {
  label: string;
  /** The label in full. */
  title?: string;
  quantity?: Quantity;
  order: Order;
  onSort(): void;
}

function SortButton({ label, title, quantity, order, onSort }: SortButtonProps) {
  const sorted = order.quantity === quantity;
  const className = sorted ? `sort sorted ${order.descending ? 'down' : 'up'}` : 'sort';
  return (
    <button type="button" class={className} title={title} onClick={onSort}>
      {label}
      {sorted && <Icon name="chevron" />}
    </button>
  );
}
