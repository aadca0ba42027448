/** Asks what is to go wrong, step by step; who asks whom is handed in. */
import type { Fault, LastingFault } from '../../runtime/protocol/faults';
import { formatRanks } from '../../runtime/protocol/rankList';
import { amounts, datagramKinds, measuredFaults, readAmount, readSides, type Way } from './faultAmounts';
import { faultOffers, type FaultTarget, type FaultyJobView, type Measured, otherRanks } from './faultChoices';

/** Something that can be picked. */
export interface Pick<Value> {
  label: string;
  description?: string;
  detail?: string;
  /** Name of a codicon. */
  icon?: string;
  /** Absent: a heading above those that follow. */
  value?: Value;
}

/** Whoever can be asked; undefined is an answer that was refused. */
export interface Asker {
  pick<Value>(question: string, items: readonly Pick<Value>[]): Promise<Value | undefined>;
  /** `problem` says what is wrong with what was typed so far. */
  type(
    question: string,
    value: string,
    problem: (typed: string) => string | undefined,
  ): Promise<string | undefined>;
}

/** What was decided: faults that begin, or one that ends. */
export type Decision = { type: 'inject'; faults: readonly Fault[] } | { type: 'end'; fault: LastingFault };

/** What is to go wrong with a target; undefined where the person gave up. */
export async function askFault(
  asker: Asker,
  target: FaultTarget,
  job: FaultyJobView,
): Promise<Decision | undefined> {
  const items = faultOffers(target, job).flatMap(({ title, offers }) => [
    { label: title },
    ...offers.map(({ choice, ...offer }) => ({ ...offer, value: choice })),
  ]);
  const choice = await asker.pick(`What is to happen to ${targetName(target)}?`, items);
  switch (choice?.type) {
    case undefined:
      return undefined;
    case 'now':
      return { type: 'inject', faults: choice.faults };
    case 'end':
      return choice;
    case 'partition':
      return inject(await askSides(asker, target, job.size));
    case 'measured':
      return inject(await askMeasured(asker, target, choice.kind));
  }
}

const inject = (faults: Fault[] | undefined): Decision | undefined => faults && { type: 'inject', faults };

/** `node 2`, `nodes 0-3`, `the way from node 0 to node 1`. */
export function targetName(target: FaultTarget): string {
  if (target.type === 'link') return `the way from node ${target.from} to node ${target.to}`;
  return `${target.ranks.length === 1 ? 'node' : 'nodes'} ${formatRanks(target.ranks)}`;
}

async function askSides(asker: Asker, target: FaultTarget, size: number): Promise<Fault[] | undefined> {
  const ranks = target.type === 'nodes' ? target.ranks : [];
  const sides = [ranks, otherRanks(ranks, size)].map(formatRanks).filter((side) => side !== '');
  const problem = (typed: string): string | undefined => {
    const read = readSides(typed, size);
    return 'problem' in read ? read.problem : undefined;
  };
  const question =
    'Which nodes are cut off from which? Ranks with commas and runs, and | between the two sides.';
  const typed = await asker.type(question, sides.join(' | '), problem);
  const read = typed === undefined ? undefined : readSides(typed, size);
  return read && 'sides' in read ? [{ fault: 'cut', sides: read.sides }] : undefined;
}

async function askMeasured(asker: Asker, target: FaultTarget, kind: Measured): Promise<Fault[] | undefined> {
  const value = await askAmount(asker, kind);
  if (value === undefined) return undefined;
  const way = kind === 'slow' ? 'out' : await askWay(asker, target);
  if (way === undefined) return undefined;
  const raw = datagramKinds.includes(kind) ? await askRaw(asker, kind) : false;
  return raw === undefined ? undefined : measuredFaults(kind, target, value, way, raw);
}

async function askAmount(asker: Asker, kind: Measured): Promise<number | undefined> {
  const amount = amounts[kind];
  const { question, unit, presets } = amount;
  const own = Symbol('own');
  const picked = await asker.pick<number | symbol>(question, [
    ...presets.map(({ value, note }) => ({ label: `${value} ${unit}`, description: note, value })),
    { label: 'Another…', icon: 'edit', value: own },
  ]);
  if (typeof picked !== 'symbol') return picked;
  const typed = await asker.type(`${question} (${unit})`, '', (text) => {
    const read = readAmount(amount, text);
    return 'problem' in read ? read.problem : undefined;
  });
  const read = typed === undefined ? undefined : readAmount(amount, typed);
  return read && 'value' in read ? read.value : undefined;
}

function askWay(asker: Asker, target: FaultTarget): Promise<Way | undefined> {
  if (target.type === 'link') {
    const { from, to } = target;
    return asker.pick<Way>('Which messages?', [
      { label: `From ${from} to ${to}`, value: 'out' },
      { label: `From ${to} to ${from}`, value: 'in' },
      { label: 'Both ways', value: 'both' },
    ]);
  }
  const name = targetName(target);
  return asker.pick<Way>('Which messages?', [
    { label: `What ${name} ${target.ranks.length === 1 ? 'sends' : 'send'}`, value: 'out' },
    { label: `What ${name} ${target.ranks.length === 1 ? 'receives' : 'receive'}`, value: 'in' },
    { label: 'Both', value: 'both' },
  ]);
}

function askRaw(asker: Asker, kind: Measured): Promise<boolean | undefined> {
  const seen = { loss: 'lost for good', duplicate: 'received twice', reorder: 'received out of order' };
  const what = seen[kind as keyof typeof seen];
  return asker.pick<boolean>('What does the program see of it?', [
    {
      label: 'Only that messages are late',
      detail: 'As over TCP, which repairs what is lost, doubled or out of order. The program stays right.',
      value: false,
    },
    {
      label: `Messages are ${what}`,
      detail: 'As with datagrams. Sends and receives of the program are hit; collectives stay reliable.',
      value: true,
    },
  ]);
}
