/** The quantities that the view shows, each in the unit that it is drawn in. */
import type { NodeMetrics } from '../../runtime/protocol/node';
import { formatBytes, formatCount, formatDuration, formatMemory } from '../shared/numberFormat';

/** How the nodes' values become one. */
export type Together = 'sum' | 'mean' | 'worst';

export interface Quantity {
  id: string;
  title: string;
  /** The title where there is little room. */
  short: string;
  together: Together;
  /** The value of one sample; `before` is the node's sample before, `seconds` earlier. NaN where it is not known. */
  of(now: NodeMetrics, before: NodeMetrics | undefined, seconds: number): number;
  format(value: number): string;
  /** The scale reaches at least so far. */
  least: number;
  /** A heat map's scale starts at the lowest value instead of 0, where nothing is ever near 0. */
  fromLowest?: true;
  /** Its scale has binary steps. */
  binary?: true;
}

type Counter = 'messagesIn' | 'messagesOut' | 'bytesIn' | 'bytesOut';

/** Growth a second of a counter; a counter that has shrunk belongs to a new process. */
const rateOf =
  (counter: Counter): Quantity['of'] =>
  (now, before, seconds) =>
    before && seconds > 0 && now[counter] >= before[counter]
      ? (now[counter] - before[counter]) / seconds
      : Number.NaN;

const percent = (value: number): string => `${Math.round(value)} %`;
const perSecond = (value: number): string => `${formatCount(value < 0.05 ? 0 : value)}/s`;
const bytesPerSecond = (value: number): string => `${formatBytes(value < 0.05 ? 0 : value)}/s`;

export const quantities: readonly Quantity[] = [
  {
    id: 'cpu',
    title: 'CPU',
    short: 'CPU',
    together: 'sum',
    of: (now) => now.cpuShare * 100,
    format: percent,
    least: 100,
  },
  {
    id: 'blocked',
    title: 'Blocked',
    short: 'Blocked',
    together: 'mean',
    of: (now) => now.blockedShare * 100,
    format: percent,
    least: 100,
  },
  {
    id: 'memory',
    title: 'Memory',
    short: 'Memory',
    together: 'sum',
    of: (now) => now.rssBytes / 2 ** 20,
    format: (mebibytes) => formatMemory(mebibytes * 2 ** 20),
    least: 64,
    fromLowest: true,
    binary: true,
  },
  {
    id: 'delay',
    title: 'Event-loop delay',
    short: 'Loop delay',
    together: 'worst',
    of: (now) => now.eventLoopDelayMs,
    format: formatDuration,
    least: 2,
  },
  {
    id: 'messagesOut',
    title: 'Messages out',
    short: 'Msgs out',
    together: 'sum',
    of: rateOf('messagesOut'),
    format: perSecond,
    least: 10,
  },
  {
    id: 'messagesIn',
    title: 'Messages in',
    short: 'Msgs in',
    together: 'sum',
    of: rateOf('messagesIn'),
    format: perSecond,
    least: 10,
  },
  {
    id: 'bytesOut',
    title: 'Bytes out',
    short: 'Bytes out',
    together: 'sum',
    of: rateOf('bytesOut'),
    format: bytesPerSecond,
    least: 1000,
  },
  {
    id: 'bytesIn',
    title: 'Bytes in',
    short: 'Bytes in',
    together: 'sum',
    of: rateOf('bytesIn'),
    format: bytesPerSecond,
    least: 1000,
  },
];

/** The nodes' values as one; those not known are left out, NaN where none is known. */
export function combine(values: Iterable<number>, together: Together): number {
  let sum = 0;
  let worst = -Infinity;
  let count = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    sum += value;
    worst = Math.max(worst, value);
    count += 1;
  }
  if (count === 0) return Number.NaN;
  if (together === 'mean') return sum / count;
  return together === 'sum' ? sum : worst;
}
