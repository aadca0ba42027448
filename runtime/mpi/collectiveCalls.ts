import { checkCount, checkRank } from './arguments';
import { type AllgatherAlgorithm, planAllgather } from './collectives/allgather';
import { type AlltoallAlgorithm, planAlltoall } from './collectives/alltoall';
import { type BarrierAlgorithm, planBarrier } from './collectives/barrier';
import { type BcastAlgorithm, planBcast } from './collectives/bcast';
import { blocksByCount, concatenate, mapPlan } from './collectives/blocks';
import { type GatherAlgorithm, planGather } from './collectives/gather';
import type { CollectiveOptions, Concatenated, ExchangeOptions } from './collectives/options';
import type { CollectiveHistory } from '../protocol/messages';
import { type CollectiveReport, CollectiveRunner } from './collectives/runner';
import { planScatter, type ScatterAlgorithm } from './collectives/scatter';
import { type NumberArray, resultInto } from './layout';
import { NonblockingCalls } from './nonblockingCalls';
import type { Widened } from './widened';

/** The collective calls that move data (MPI standard 4.0, sections 6.3 to 6.8). */
export abstract class CollectiveCalls extends NonblockingCalls {
  /** @internal Collectives travel in the context after that of the messages, so the two never meet. */
  protected readonly collectives = new CollectiveRunner(this.engine, this.context + 1, this);

  /**
   * What the last collective call of this communicator was at this node: its algorithm, its rounds, the messages and
   * bytes that this node sent. Undefined before the first.
   *
   * @example
   * world.allreduce(vector, SUM, { algorithm: 'ring' });
   * log(world.lastCollective);     // { call: 'allreduce', algorithm: 'ring', rounds: 6, messages: 6, bytes: … }
   */
  get lastCollective(): CollectiveReport | undefined {
    return this.collectives.last;
  }

  /** @internal The latest collective calls of this node. */
  collectiveHistory(): CollectiveHistory {
    return this.collectives.history();
  }

  /**
   * Waits until every node has called it.
   *
   * @param options algorithm: dissemination (if not said, for the first calls), sharedMemory (on one machine, from then on),
   *   recursiveDoubling, linear
   * @throws LockstepError `collectiveMismatch`, `badAlgorithm`
   * @example
   * world.barrier();
   */
  barrier({ algorithm }: CollectiveOptions<BarrierAlgorithm> = {}): void {
    this.collectives.run('barrier', {}, (node) => planBarrier(node, algorithm));
  }

  /**
   * Gives the root's value to all nodes.
   *
   * @param data the value, at the root; the others' is not looked at
   * @param root rank that has the value
   * @param options algorithm: binomial, vanDeGeijn, pipeline, linear; if not said, the root chooses by length; under
   *   `mpiexec` also library, the MPI library's own
   * @returns the root's value; at the root, `data` itself
   * @throws LockstepError `rankOutOfRange`, `notClonable`, `frameTooLarge`, `collectiveMismatch`, `badAlgorithm`
   * @example
   * const settings = world.bcast(world.rank === 0 ? { steps: 100 } : undefined);
   */
  bcast<T>(
    data: T,
    root = 0,
    { algorithm }: CollectiveOptions<BcastAlgorithm> = {},
  ): Widened<NonNullable<T>> {
    checkRank('bcast', 'root', root, this);
    const result = this.collectives.run('bcast', { root }, (node) => planBcast(node, data, root, algorithm));
    return result as Widened<NonNullable<T>>;
  }

  /**
   * Gives each node its element of the root's array.
   *
   * @param array at the root `size` elements, one for each rank; the others' is not looked at
   * @param root rank that has the array
   * @param options algorithm: linear, binomial; if not said, by the number of nodes
   * @returns element `rank`
   * @throws LockstepError `badCount` if the array's length is not `size`; `rankOutOfRange`, `notClonable`,
   *   `frameTooLarge`, `collectiveMismatch`, `badAlgorithm`
   * @example
   * const part = world.scatter(world.rank === 0 ? [[1, 2], [3, 4], [5, 6], [7, 8]] : undefined);
   */
  scatter<T>(
    array: ArrayLike<T> | null | undefined,
    root = 0,
    { algorithm }: CollectiveOptions<ScatterAlgorithm> = {},
  ): T {
    checkRank('scatter', 'root', root, this);
    if (this.rank === root) checkCount('scatter', array, this);
    return this.collectives.run('scatter', { root }, (node) =>
      planScatter(node, array ?? undefined, root, algorithm),
    );
  }

  /**
   * Gives each node a block of the root's typed array.
   *
   * @param data at the root the elements of all blocks, end to end; the others' is not looked at
   * @param counts at the root the number of elements for each rank; the others' is not looked at
   * @param root rank that has the data
   * @param options as for `scatter`
   * @returns block `rank`, in an array of its own
   * @throws LockstepError `badCount` if counts and data do not fit; else as `scatter`
   * @example
   * const mine = world.scatterv(world.rank === 0 ? Float64Array.of(1, 2, 3) : undefined, [2, 1]);
   */
  scatterv<V extends NumberArray>(
    data: V | undefined,
    counts: readonly number[] | undefined,
    root = 0,
    { algorithm }: CollectiveOptions<ScatterAlgorithm> = {},
  ): V {
    checkRank('scatterv', 'root', root, this);
    return this.collectives.run('scatterv', { root }, (node) => {
      const blocks = this.rank === root && data && blocksByCount(node, data, counts ?? []);
      if (this.rank === root) checkCount('scatterv', blocks, this);
      return planScatter(node, blocks || undefined, root, algorithm);
    });
  }

  /**
   * Collects every node's value at the root.
   *
   * @param data this node's value
   * @param root rank that gets them
   * @param options algorithm: linear, binomial; if not said, by the number of nodes
   * @returns at the root the array of all values, by rank; undefined elsewhere
   * @throws LockstepError `rankOutOfRange`, `notClonable`, `frameTooLarge`, `collectiveMismatch`, `badAlgorithm`
   * @example
   * const all = world.gather(world.rank ** 2);
   * if (all) log(all);                          // [0, 1, 4, 9] at rank 0
   */
  gather<T>(
    data: T,
    root = 0,
    { algorithm }: CollectiveOptions<GatherAlgorithm> = {},
  ): Widened<T>[] | undefined {
    checkRank('gather', 'root', root, this);
    return this.collectives.run('gather', { root }, (node) =>
      planGather(node, data as Widened<T>, root, algorithm),
    );
  }

  /**
   * Collects every node's typed array at the root, end to end; they may differ in length.
   *
   * @param data this node's array
   * @param root rank that gets them
   * @param options as for `gather`
   * @returns at the root all elements by rank, and how many each node gave; undefined elsewhere
   * @throws LockstepError as `gather`
   */
  gatherv<V extends NumberArray>(
    data: V,
    root = 0,
    { algorithm }: CollectiveOptions<GatherAlgorithm> = {},
  ): Concatenated<V> | undefined {
    checkRank('gatherv', 'root', root, this);
    return this.collectives.run('gatherv', { root }, (node) =>
      mapPlan(planGather(node, data, root, algorithm), (all) => all && concatenate(all)),
    );
  }

  /**
   * Collects every node's value at all nodes.
   *
   * @param data this node's value
   * @param options algorithm: recursiveDoubling (if not said, on 2, 4, 8, … nodes), bruck (on others), ring, gatherBcast
   * @returns the array of all values, by rank
   * @throws LockstepError `notClonable`, `frameTooLarge`, `collectiveMismatch`, `badAlgorithm`
   * @example
   * const counts = world.allgather(lines.length);
   */
  allgather<T>(data: T, { algorithm }: CollectiveOptions<AllgatherAlgorithm> = {}): Widened<T>[] {
    return this.collectives.run('allgather', {}, (node) =>
      planAllgather(node, data as Widened<T>, algorithm),
    );
  }

  /**
   * Collects every node's typed array at all nodes, end to end; they may differ in length.
   *
   * @param data this node's array
   * @param options as for `allgather`
   * @returns all elements by rank, and how many each node gave
   * @throws LockstepError as `allgather`
   */
  allgatherv<V extends NumberArray>(
    data: V,
    { algorithm }: CollectiveOptions<AllgatherAlgorithm> = {},
  ): Concatenated<V> {
    return this.collectives.run('allgatherv', {}, (node) =>
      mapPlan(planAllgather(node, data, algorithm), concatenate),
    );
  }

  /**
   * Every node gives a value to every node: a transposition.
   *
   * @param array `size` elements; element k goes to rank k
   * @param options algorithm: linear, pairwise, bruck, sharedMemory (on one machine); if not said, by the number of nodes
   *   and calls; into: typed arrays that take the elements, one for each rank
   * @returns `size` elements; element k is from rank k
   * @throws LockstepError `badCount` if the array's length is not `size`; `badBuffer` if an element does not fit into its
   *   array; `notClonable`, `frameTooLarge`, `collectiveMismatch`, `badAlgorithm`
   * @example
   * const column = world.alltoall(row);
   */
  alltoall<T>(array: ArrayLike<T>, { algorithm, into }: ExchangeOptions<AlltoallAlgorithm> = {}): T[] {
    checkCount('alltoall', array, this);
    if (into) checkCount('alltoall', into, this);
    const all = this.collectives.run('alltoall', {}, (node) => planAlltoall(node, array, algorithm, into));
    return into ? all.map((element, rank) => resultInto('alltoall', into[rank], element)) : all;
  }

  /**
   * Every node gives a block of its typed array to every node; blocks may differ in length.
   *
   * @param data the blocks for all ranks, end to end
   * @param counts number of elements for each rank
   * @param options as for `alltoall`
   * @returns the blocks from all ranks, end to end, and how many elements each gave
   * @throws LockstepError `badCount` if counts and data do not fit; else as `alltoall`
   */
  alltoallv<V extends NumberArray>(
    data: V,
    counts: readonly number[],
    { algorithm }: CollectiveOptions<AlltoallAlgorithm> = {},
  ): Concatenated<V> {
    return this.collectives.run('alltoallv', {}, (node) =>
      mapPlan(planAlltoall(node, blocksByCount(node, data, counts), algorithm), concatenate),
    );
  }
}
