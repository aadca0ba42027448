/** The numbers of faults: what is offered, what a person may type, and what it becomes. Pure. */
import type { Fault } from '../../runtime/protocol/faults';
import { otherRanks, type FaultTarget, type Measured } from './faultChoices';

/** A number that is asked for. */
export interface Amount {
  question: string;
  unit: string;
  presets: readonly { value: number; note?: string }[];
  /** What is wrong with a number; undefined where nothing is. */
  problem(value: number): string | undefined;
}

const between = (least: number, most: number, unit: string) => (value: number) =>
  value >= least && value <= most ? undefined : `Between ${least} and ${most} ${unit}.`;

/** What is asked of each kind; shares are asked for in per cent. */
export const amounts: Record<Measured, Amount> = {
  slow: {
    question: 'How much of a processor does it keep?',
    unit: '%',
    presets: [{ value: 50 }, { value: 25 }, { value: 10 }, { value: 2, note: 'nearly stands' }],
    problem: between(1, 100, '%'),
  },
  delay: {
    question: 'How much longer does each message take?',
    unit: 'ms',
    presets: [
      { value: 5, note: 'another building' },
      { value: 50, note: 'another continent' },
      { value: 300, note: 'a satellite' },
      { value: 2000 },
    ],
    problem: between(0, 1_000_000, 'ms'),
  },
  bandwidth: {
    question: 'How much passes?',
    unit: 'Mbit/s',
    presets: [{ value: 1000, note: 'wired' }, { value: 50, note: 'wireless' }, { value: 5 }, { value: 0.5 }],
    problem: (value) => (value > 0 ? undefined : 'A number of megabits a second above 0.'),
  },
  loss: share('How many messages are lost?', [1, 10, 30, 90]),
  duplicate: share('How many messages come twice?', [1, 10, 50]),
  reorder: share('How many messages are overtaken by later ones?', [1, 10, 50]),
};

function share(question: string, presets: number[]): Amount {
  return { question, unit: '%', presets: presets.map((value) => ({ value })), problem: between(0, 100, '%') };
}

/** What was typed as a number with or without its unit, or what is wrong with it, as a sentence. */
export function readAmount(
  { unit, problem }: Amount,
  typed: string,
): { value: number } | { problem: string } {
  const text = typed.trim();
  const bare = text.toLowerCase().endsWith(unit.toLowerCase()) ? text.slice(0, -unit.length).trim() : text;
  const value = bare === '' ? NaN : Number(bare.replace(',', '.'));
  if (!Number.isFinite(value)) return { problem: `A number, as in ${unit === '%' ? '10' : '20'} ${unit}.` };
  const wrong = problem(value);
  return wrong === undefined ? { value } : { problem: wrong };
}

/** Which messages of a target a fault is on. */
export type Way = 'out' | 'in' | 'both';

/** How datagrams differ: really lost, doubled, out of order. */
export const datagramKinds: readonly Measured[] = ['loss', 'duplicate', 'reorder'];

/** The faults that the answers make. */
export function measuredFaults(
  kind: Measured,
  target: FaultTarget,
  value: number,
  way: Way,
  raw: boolean,
): Fault[] {
  if (kind === 'slow') {
    const ranks = target.type === 'nodes' ? target.ranks : [];
    return ranks.map((node) => ({ fault: 'slow', node, share: value / 100 }));
  }
  const what = measured(kind, value, raw);
  const [from, to] = target.type === 'link' ? [[target.from], [target.to]] : [[...target.ranks], undefined];
  const out = { ...what, from: single(from), ...(to && { to: single(to) }) };
  const back = { ...what, ...(to && { from: single(to) }), to: single(from) };
  return way === 'out' ? [out] : way === 'in' ? [back] : [out, back];
}

const single = (ranks: readonly number[]): number | readonly number[] =>
  ranks.length === 1 ? (ranks[0] ?? 0) : ranks;

function measured(kind: Exclude<Measured, 'slow'>, value: number, raw: boolean) {
  switch (kind) {
    case 'delay':
      return { fault: kind, ms: value };
    case 'bandwidth':
      return { fault: kind, mbit: value };
    default:
      return { fault: kind, rate: value / 100, ...(raw && { raw }) };
  }
}

const form = 'Two sides, as in 0, 1 | 2-4.';

/** `0, 1 | 2-4` as the two sides of a cut; one side alone is against all others. Or what is wrong, as a sentence. */
export function readSides(
  typed: string,
  size: number,
): { sides: [number[], number[]] } | { problem: string } {
  const parts = typed.split('|');
  if (parts.length > 2) return { problem: form };
  const sides: number[][] = [];
  for (const part of parts) {
    const ranks = readRanks(part);
    if (!ranks) return { problem: form };
    const outside = ranks.find((rank) => rank >= size);
    if (outside !== undefined)
      return { problem: `There is no node ${outside}: the ranks are 0 to ${size - 1}.` };
    sides.push(ranks);
  }
  const [one = [], other = otherRanks(one, size)] = sides;
  const twice = one.find((rank) => other.includes(rank));
  if (twice !== undefined) return { problem: `Node ${twice} is on both sides.` };
  return other.length === 0 ? { problem: 'All nodes are on one side.' } : { sides: [one, other] };
}

/** Longer runs name no node of any cluster. */
const mostRanks = 65_536;

function readRanks(text: string): number[] | undefined {
  const ranks = new Set<number>();
  for (const part of text.split(',')) {
    const [, first, last = first] = /^\s*(\d{1,6})\s*(?:-\s*(\d{1,6})\s*)?$/.exec(part) ?? [];
    if (first === undefined || Number(last) - Number(first) > mostRanks) return undefined;
    for (let rank = Number(first); rank <= Number(last); rank += 1) ranks.add(rank);
  }
  return ranks.size > 0 ? [...ranks].sort((a, b) => a - b) : undefined;
}
