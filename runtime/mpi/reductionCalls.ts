import { checkRank } from './arguments';
import { CollectiveCalls } from './collectiveCalls';
import { type AllreduceAlgorithm, planAllreduce } from './collectives/allreduce';
import { checkCounts, equalCounts } from './collectives/blocks';
import type { CollectiveOptions, ReductionOptions } from './collectives/options';
import { planReduce, type ReduceAlgorithm } from './collectives/reduce';
import { planReduceScatter, type ReduceScatterAlgorithm } from './collectives/reduceScatter';
import { planExscan, planScan, type ScanAlgorithm } from './collectives/scan';
import { type NumberArray, resultInto } from './layout';
import { type ReduceOperation, SUM } from './operations';
import type { Widened } from './widened';

/**
 * The collective calls that combine data (MPI standard 4.0, sections 6.9 to 6.11). Typed arrays and arrays are combined
 * element by element, and must have the same length everywhere. `operation` is SUM, PROD, MIN, MAX, MINLOC, MAXLOC, LAND,
 * LOR, LXOR, BAND, BOR, BXOR, a `new Operation(…)` on elements, or an associative function `(a, b) => c` on whole values.
 */
export abstract class ReductionCalls extends CollectiveCalls {
  /**
   * Combines every node's value at the root, in the order of ranks where the operation does not commute.
   *
   * @param data this node's value
   * @param operation what combines two values
   * @param root rank that gets the result
   * @param options algorithm: binomial (if not said, for short or indivisible values), rabenseifner (for long typed
   *   arrays), linear; under `mpiexec` also library, the MPI library's own (if not said, for typed arrays that it combines
   *   to the same); into: a typed array that takes the result
   * @returns the combination at the root; undefined elsewhere
   * @throws LockstepError `badCount` if the nodes' values do not fit together; `rankOutOfRange`, `notClonable`,
   *   `frameTooLarge`, `collectiveMismatch`, `badAlgorithm`
   * @example
   * const total = world.reduce(localCount, SUM);
   * if (world.rank === 0) log(`${total} words`);
   */
  reduce<T>(
    data: T,
    operation: ReduceOperation<Widened<T>> = SUM,
    root = 0,
    { algorithm, into }: ReductionOptions<ReduceAlgorithm> = {},
  ): Widened<T> | undefined {
    checkRank('reduce', 'root', root, this);
    const result = this.collectives.run('reduce', { operation, root }, (node) =>
      planReduce(node, data as Widened<T>, operation, root, algorithm),
    );
    return this.rank === root ? resultInto('reduce', into, result) : undefined;
  }

  /**
   * Combines every node's value and gives the result to all; equal at all to the last bit, and in the order of ranks
   * where the operation does not commute.
   *
   * @param data this node's value
   * @param operation what combines two values
   * @param options algorithm: recursiveDoubling (if not said, for short or indivisible values), rabenseifner (for long
   *   typed arrays), ring (for very long ones), sharedMemory (on one machine, for long ones and after the first calls),
   *   reduceBcast; library as for `reduce`; into: a typed array that takes the result
   * @returns the combination
   * @throws LockstepError `badCount` if the nodes' values do not fit together; `notClonable`, `frameTooLarge`,
   *   `collectiveMismatch`, `badAlgorithm`
   * @example
   * const residual = Math.sqrt(world.allreduce(localSquares, SUM));
   * @example
   * const [best, owner] = world.allreduce([score, world.rank], MAXLOC);
   */
  allreduce<T>(
    data: T,
    operation: ReduceOperation<Widened<T>> = SUM,
    { algorithm, into }: ReductionOptions<AllreduceAlgorithm> = {},
  ): Widened<T> {
    const result = this.collectives.run('allreduce', { operation }, (node) =>
      planAllreduce(node, data as Widened<T>, operation, algorithm, into),
    );
    return resultInto('allreduce', into, result);
  }

  /**
   * Combines every node's typed array, and gives each node a block of the result; all blocks have the same length.
   *
   * @param data this node's array; its length is a multiple of `size`, the same everywhere
   * @param operation what combines two arrays
   * @param options algorithm: recursiveHalving, pairwise, reduceThenScatter; if not said, by length and operation
   * @returns block `rank` of the combination
   * @throws LockstepError `badCount` if the length is no multiple of `size`; else as `allreduce`
   */
  reduceScatterBlock<V extends NumberArray>(
    data: V,
    operation: ReduceOperation<V> = SUM,
    { algorithm }: CollectiveOptions<ReduceScatterAlgorithm> = {},
  ): V {
    const counts = equalCounts('reduceScatterBlock', this.size, data.length);
    return this.collectives.run('reduceScatterBlock', { operation }, (node) =>
      planReduceScatter(node, data, counts, operation, algorithm),
    );
  }

  /**
   * Combines every node's typed array, and gives each node a block of the result.
   *
   * @param data this node's array, of the same length everywhere
   * @param counts number of elements for each rank, the same everywhere
   * @param operation what combines two arrays
   * @param options as for `reduceScatterBlock`
   * @returns block `rank` of the combination
   * @throws LockstepError `badCount` if counts and data do not fit; else as `allreduce`
   */
  reduceScatter<V extends NumberArray>(
    data: V,
    counts: readonly number[],
    operation: ReduceOperation<V> = SUM,
    { algorithm }: CollectiveOptions<ReduceScatterAlgorithm> = {},
  ): V {
    checkCounts('reduceScatter', this.size, data.length, counts);
    return this.collectives.run('reduceScatter', { operation }, (node) =>
      planReduceScatter(node, data, counts, operation, algorithm),
    );
  }

  /**
   * Combines the values of all ranks up to this one, in the order of ranks: prefix sums.
   *
   * @param data this node's value
   * @param operation what combines two values
   * @param options algorithm: recursiveDoubling (if not said), linear
   * @returns the combination of the values of ranks 0 to `rank`
   * @throws LockstepError as `allreduce`
   * @example
   * const end = world.scan(lines.length);       // where this node's lines end
   */
  scan<T>(
    data: T,
    operation: ReduceOperation<Widened<T>> = SUM,
    { algorithm, into }: ReductionOptions<ScanAlgorithm> = {},
  ): Widened<T> {
    const result = this.collectives.run('scan', { operation }, (node) =>
      planScan(node, data as Widened<T>, operation, algorithm),
    );
    return resultInto('scan', into, result);
  }

  /**
   * Combines the values of all ranks below this one, in the order of ranks.
   *
   * @param data this node's value
   * @param operation what combines two values
   * @param options algorithm: recursiveDoubling (if not said), linear
   * @returns the combination of the values of ranks 0 to `rank - 1`; undefined at rank 0
   * @throws LockstepError as `allreduce`
   * @example
   * const begin = world.exscan(lines.length) ?? 0;   // where this node's lines begin
   */
  exscan<T>(
    data: T,
    operation: ReduceOperation<Widened<T>> = SUM,
    { algorithm, into }: ReductionOptions<ScanAlgorithm> = {},
  ): Widened<T> | undefined {
    const result = this.collectives.run('exscan', { operation }, (node) =>
      planExscan(node, data as Widened<T>, operation, algorithm),
    );
    return this.rank === 0 ? undefined : resultInto('exscan', into, result);
  }
}
