/** What the reductions share: how two contributions become one, and typed arrays cut into blocks. */
import { decode } from '../../core/codec';
import type { Payload } from '../../protocol/envelope';
import { LockstepError } from '../../protocol/errors';
import { combine } from '../combine';
import type { ReduceOperation } from '../operations';
import { blockStart } from './pieces';
import type { Participant, Schedule } from './schedule';

/** A typed array, whose blocks can be combined one by one. */
export type Vector = Float64Array;

/** Combines contributions at one node. */
export class Reduction<T> {
  constructor(
    private readonly participant: Participant,
    private readonly operation: ReduceOperation<T>,
  ) {}

  /**
   * What another node gave, combined with `own` in the order of the two ranks. A typed array that results lies in the
   * memory of what was received. Throws LockstepError `badCount` if the two do not fit together.
   */
  with(other: number, received: Payload, own: T): T {
    const theirs = decode(received) as T;
    const { rank, name } = this.participant;
    return other < rank
      ? combine(this.operation, theirs, own, theirs, { call: name, lower: other, higher: rank })
      : combine(this.operation, own, theirs, theirs, { call: name, lower: rank, higher: other });
  }

  /** The same for a typed array, into the memory of `own`. */
  into(own: T, other: number, received: Payload): void {
    const theirs = decode(received) as T;
    const { rank, name } = this.participant;
    if (other < rank) combine(this.operation, theirs, own, own, { call: name, lower: other, higher: rank });
    else combine(this.operation, own, theirs, own, { call: name, lower: rank, higher: other });
  }
}

/** The result of a reduction in memory of its own, where nobody was there to combine with. */
export function* ownResult<T>(schedule: Schedule<T>, data: unknown, copy: <V>(value: V) => V): Schedule<T> {
  const result = yield* schedule;
  return result === data ? copy(result) : result;
}

/** A typed array cut into blocks. */
export class Cut {
  /** Block `i` lies between elements `starts[i]` and `starts[i + 1]`. */
  constructor(
    readonly vector: Vector,
    private readonly starts: readonly number[],
  ) {}

  /** Cuts into `count` blocks of equal length, as nearly as it goes. */
  static evenly(vector: Vector, count: number): Cut {
    const starts = Array.from({ length: count + 1 }, (_, i) => blockStart(vector.length, count, i));
    return new Cut(vector, starts);
  }

  /** Blocks `from` to `to`, exclusive, as a view. */
  blocks(from: number, to = from + 1): Vector {
    return this.vector.subarray(this.starts[from], this.starts[to]);
  }

  /** Puts received blocks into their place. Throws LockstepError `malformed` if they do not fill it. */
  place(received: Payload, from: number, to = from + 1): void {
    const place = this.blocks(from, to);
    const blocks = decode(received) as Vector;
    if (blocks.length !== place.length) {
      throw new LockstepError('malformed', {
        problem: `a block of ${blocks.length} elements came where ${place.length} were due`,
      });
    }
    place.set(blocks);
  }
}
