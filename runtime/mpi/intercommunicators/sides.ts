/**
 * The two groups of an intercommunicator as its collectives see them. They travel in one context whose ranks are those of
 * both groups, one group after the other, so that a call is one schedule: what happens within a group is the schedule of
 * an ordinary collective, moved to where the group's ranks begin.
 */
import type { Payload } from '../../protocol/envelope';
import type { Participant, Schedule } from '../collectives/schedule';

/** One of the groups: `size` ranks from `first` on; the first of them leads it. */
export interface Side {
  readonly first: number;
  readonly size: number;
}

/** Both groups, from a node of one of them. */
export interface Sides {
  readonly own: Side;
  readonly other: Side;
  /** This node in its group. */
  readonly local: Participant;
}

/** The groups as a participant in the calls of both sees them. */
export function sidesOf(participant: Participant, own: Side, other: Side): Sides {
  const { rank, ...rest } = participant;
  return { own, other, local: { ...rest, rank: rank - own.first, size: own.size, library: undefined } };
}

/** A collective among the nodes of one's own group. */
export function* within<T>({ first }: Side, schedule: Schedule<T>): Schedule<T> {
  let received: Payload[] = [];
  for (;;) {
    const step = schedule.next(received);
    if (step.done) return step.value;
    const { sends, receives } = step.value;
    received = yield {
      sends: sends.map(({ to, payload }) => ({ to: to + first, payload })),
      receives: receives.map((from) => from + first),
    };
  }
}

/** The ranks of a group, as those of both. */
export function ranksOf({ first, size }: Side): number[] {
  return Array.from({ length: size }, (_, rank) => first + rank);
}
