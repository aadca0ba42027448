/** The gathers. Elements may differ in length, and nobody knows all: the choice goes by the number of nodes. */
import { decode } from '../../../core/codec';
import type { Payload } from '../../../protocol/envelope';
import { named, type Plan } from '../plan';
import { mapSchedule, type Participant, type Schedule } from '../schedule';
import { binomialGather } from './binomial';
import { linearGather } from './linear';

/** The algorithms of `gather`, by the names that a program gives. The result is there at the root alone. */
export const gatherAlgorithms = {
  linear: linearGather,
  binomial: binomialGather,
} satisfies Record<
  string,
  (participant: Participant, own: Payload, root: number) => Schedule<Payload[] | undefined>
>;

const fewNodes = 8;

/** Few nodes: each element travels once. Many: the root has few messages to take. */
export function chooseGather(size: number): keyof typeof gatherAlgorithms {
  return size <= fewNodes ? 'linear' : 'binomial';
}

/** The name of a gather's algorithm. */
export type GatherAlgorithm = keyof typeof gatherAlgorithms;

/** A gather at one node: every node's value, by rank, at the root. */
export function planGather<T>(
  participant: Participant,
  data: T,
  root: number,
  algorithm: GatherAlgorithm = chooseGather(participant.size),
): Plan<T[] | undefined> {
  const { rank, name, encode, copy } = participant;
  const payloads = named(name, gatherAlgorithms, algorithm)(participant, encode(data), root);
  const valueOf = (payload: Payload, source: number) =>
    source === rank ? copy(data) : (decode(payload) as T);
  return { algorithm, schedule: mapSchedule(payloads, (all) => all?.map(valueOf)) };
}
