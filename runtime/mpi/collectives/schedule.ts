/**
 * Collectives as schedules. An algorithm is a generator that yields rounds; what runs it moves the messages and gives
 * back what has arrived. So the same few lines run as a call that blocks, as a request that goes on in the background,
 * and under a simulator that delivers in any order.
 */
import type { Payload } from '../../protocol/envelope';

/** A payload for a rank of the communicator. Its bytes stay as they are until the round is over. */
export interface Outgoing {
  to: number;
  payload: Payload;
}

/** Messages that are under way at the same time: the round is over when all have left and all have come. */
export interface Round {
  sends: readonly Outgoing[];
  /** Ranks from which a message is awaited. */
  receives: readonly number[];
}

/** One node's part of a collective: resumed, after each round, with the payloads in the order of `receives`. */
export type Schedule<T> = Generator<Round, T, Payload[]>;

/** The node that takes part, as an algorithm sees it. */
export interface Participant {
  readonly rank: number;
  readonly size: number;
  /** The call, for errors: `allreduce`. */
  readonly name: string;
  /** A payload that stays as it is; binary data is not copied. */
  encode(value: unknown): Payload;
  /** A copy of a value, as it would arrive at another node. */
  copy<T>(value: T): T;
  /** The collectives of the library that carries the messages, for a call that blocks. */
  readonly library?: ParticipantLibrary;
  /** Memory that the nodes may share, for a call that blocks. */
  readonly memory?: ParticipantMemory;
}

/** Where the nodes of a communicator meet that share memory; its algorithms know more of it. */
export interface ParticipantMemory {
  /** True if the present call is to be made there, which the program may have asked for; all nodes find the same. */
  suits(isLong: () => boolean, isAsked: boolean): boolean;
}

/** A library's collectives on the communicator of a participant. */
export interface ParticipantLibrary {
  combines(elements: string, operation: string): boolean;
  allreduce(data: Float64Array, operation: string): Float64Array;
  reduce(data: Float64Array, operation: string, root: number): Float64Array;
  bcast(bytes: Uint8Array, root: number): void;
}

const nothing: readonly never[] = [];

/** One message to one rank. */
export function* send(to: number, payload: Payload): Schedule<void> {
  yield { sends: [{ to, payload }], receives: nothing };
}

/** Several messages at once. */
export function* sendAll(sends: readonly Outgoing[]): Schedule<void> {
  yield { sends, receives: nothing };
}

/** One message from one rank. */
export function* receive(from: number): Schedule<Payload> {
  const [payload] = yield { sends: nothing, receives: [from] };
  return payload as Payload;
}

/** One message from each of several ranks, in their order. */
export function* receiveAll(receives: readonly number[]): Schedule<Payload[]> {
  return yield { sends: nothing, receives };
}

/** One message out and one in, at the same time. */
export function* exchange(to: number, payload: Payload, from: number): Schedule<Payload> {
  const [received] = yield { sends: [{ to, payload }], receives: [from] };
  return received as Payload;
}

/**
 * A schedule whose result is another one's, changed. A generator function of its own for each call would cost more than a
 * short message.
 */
export function* mapSchedule<A, B>(schedule: Schedule<A>, change: (result: A) => B): Schedule<B> {
  return change(yield* schedule);
}

/** The largest power of two that is not above the number of nodes. */
export function powerOfTwoUpTo(size: number): number {
  return 2 ** Math.floor(Math.log2(size));
}

/** True for 1, 2, 4, 8, … */
export function isPowerOfTwo(size: number): boolean {
  return powerOfTwoUpTo(size) === size;
}
