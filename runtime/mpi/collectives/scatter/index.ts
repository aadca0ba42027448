/** The scatters. Elements may differ in length, and only the root knows: the choice goes by the number of nodes. */
import { decode } from '../../../core/codec';
import type { Payload } from '../../../protocol/envelope';
import { named, type Plan } from '../plan';
import { mapSchedule, type Participant, type Schedule } from '../schedule';
import { binomialScatter } from './binomial';
import { linearScatter } from './linear';

/** The algorithms of `scatter`, by the names that a program gives. The elements are there at the root alone. */
export const scatterAlgorithms = {
  linear: linearScatter,
  binomial: binomialScatter,
} satisfies Record<
  string,
  (participant: Participant, own: readonly Payload[] | undefined, root: number) => Schedule<Payload>
>;

const fewNodes = 8;

/** Few nodes: each element travels once. Many: the root has few messages to send. */
export function chooseScatter(size: number): keyof typeof scatterAlgorithms {
  return size <= fewNodes ? 'linear' : 'binomial';
}

/** The name of a scatter's algorithm. */
export type ScatterAlgorithm = keyof typeof scatterAlgorithms;

/** A scatter at one node; `elements`, one for each rank, are read at the root alone. */
export function planScatter<T>(
  participant: Participant,
  elements: ArrayLike<T> | undefined,
  root: number,
  algorithm: ScatterAlgorithm = chooseScatter(participant.size),
): Plan<T> {
  const { rank, name, encode, copy } = participant;
  const own = rank === root && elements ? Array.from(elements, encode) : undefined;
  const payloads = named(name, scatterAlgorithms, algorithm)(participant, own, root);
  const valueOf = (payload: Payload) =>
    rank === root && elements ? copy(elements[rank] as T) : (decode(payload) as T);
  return { algorithm, schedule: mapSchedule(payloads, valueOf) };
}
