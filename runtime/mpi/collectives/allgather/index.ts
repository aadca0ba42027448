/** The allgathers. Elements may differ in length, and nobody knows all: the choice goes by the number of nodes. */
import { decode } from '../../../core/codec';
import type { Payload } from '../../../protocol/envelope';
import { badAlgorithm, named, type Plan } from '../plan';
import { isPowerOfTwo, mapSchedule, type Participant, type Schedule } from '../schedule';
import { bruckAllgather } from './bruck';
import { gatherBcastAllgather } from './gatherBcast';
import { recursiveDoublingAllgather } from './recursiveDoubling';
import { ringAllgather } from './ring';

/** The algorithms of `allgather`, by the names that a program gives. */
export const allgatherAlgorithms = {
  ring: ringAllgather,
  recursiveDoubling: recursiveDoublingAllgather,
  bruck: bruckAllgather,
  gatherBcast: gatherBcastAllgather,
} satisfies Record<string, (participant: Participant, own: Payload) => Schedule<Payload[]>>;

/** The fewest rounds: recursive doubling for 2^m nodes, Bruck's algorithm for others. */
export function chooseAllgather(size: number): keyof typeof allgatherAlgorithms {
  return isPowerOfTwo(size) ? 'recursiveDoubling' : 'bruck';
}

/** The name of an allgather's algorithm. */
export type AllgatherAlgorithm = keyof typeof allgatherAlgorithms;

/** An allgather at one node: every node's value, by rank. */
export function planAllgather<T>(
  participant: Participant,
  data: T,
  algorithm: AllgatherAlgorithm = chooseAllgather(participant.size),
): Plan<T[]> {
  const { rank, size, name, encode, copy } = participant;
  if (algorithm === 'recursiveDoubling' && !isPowerOfTwo(size)) {
    throw badAlgorithm(
      name,
      `recursiveDoubling needs 2, 4, 8, … nodes, and there are ${size}; bruck takes any`,
    );
  }
  const payloads = named(name, allgatherAlgorithms, algorithm)(participant, encode(data));
  const valueOf = (payload: Payload, source: number) =>
    source === rank ? copy(data) : (decode(payload) as T);
  return { algorithm, schedule: mapSchedule(payloads, (all) => all.map(valueOf)) };
}
