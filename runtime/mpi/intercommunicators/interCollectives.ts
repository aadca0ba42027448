import { ROOT, PROC_NULL } from '../../protocol/envelope';
import { checkCount, checkRank } from '../arguments';
import { blocksByCount } from '../collectives/blocks';
import type { Concatenated } from '../collectives/options';
import type { Plan } from '../collectives/plan';
import { type CollectiveReport, CollectiveRunner } from '../collectives/runner';
import type { Collective } from '../collectives/signature';
import type { Group } from '../group';
import type { NumberArray } from '../layout';
import { NonblockingCalls } from '../nonblockingCalls';
import { type ReduceOperation, SUM } from '../operations';
import type { ProgressEngine } from '../progressEngine';
import type { Widened } from '../widened';
import {
  planInterAllgather,
  planInterAllgatherv,
  planInterAllreduce,
  planInterAlltoall,
  planInterAlltoallv,
  planInterBarrier,
  planInterBcast,
  planInterGather,
  planInterGatherv,
  planInterReduce,
  planInterScatter,
} from './plans';
import { type Side, type Sides, sidesOf } from './sides';

/** The collective calls between two groups that block (MPI standard 4.0, sections 6.2.3 and 6.3 to 6.9). */
export abstract class InterCollectives extends NonblockingCalls {
  /** The nodes of the other group, in the order of their ranks. */
  readonly remoteGroup: Group;
  /** @internal Nodes of both groups; the collectives' ranks are places in it. */
  protected readonly both: Group;
  /** @internal */
  protected readonly own: Side;
  /** @internal */
  protected readonly other: Side;
  /** @internal */
  protected readonly collectives: CollectiveRunner;

  /** @internal */
  constructor(engine: ProgressEngine, context: number, name: string, local: Group, remote: Group) {
    const isFirst = Math.min(...local.members) < Math.min(...remote.members);
    const both = isFirst ? local.union(remote) : remote.union(local);
    engine.groups.add(context, remote, both);
    super(engine, context, name, local, remote);
    this.remoteGroup = remote;
    this.both = both;
    this.own = { first: isFirst ? 0 : remote.size, size: local.size };
    this.other = { first: isFirst ? local.size : 0, size: remote.size };
    const place = { rank: this.own.first + this.rank, size: both.size, name };
    this.collectives = new CollectiveRunner(engine, context + 1, place);
  }

  /** The number of nodes in the other group. */
  get remoteSize(): number {
    return this.remoteGroup.size;
  }

  /** What the last collective call was at this node; undefined before the first. */
  get lastCollective(): CollectiveReport | undefined {
    return this.collectives.last;
  }

  /**
   * Waits until every node of the other group has called it.
   *
   * @throws LockstepError `collectiveMismatch`
   */
  barrier(): void {
    this.run('barrier', planInterBarrier);
  }

  /**
   * Gives the root's value to all nodes of the other group.
   *
   * @param data the value, at the root
   * @param root ROOT at the root, PROC_NULL at the others of its group; in the other group, the root's rank
   * @returns the root's value in the other group; at the root, `data` itself; undefined at the others of its group
   * @throws LockstepError `rankOutOfRange`, `notClonable`, `frameTooLarge`, `collectiveMismatch`
   * @example
   * const settings = inter.bcast(mine, isServer ? (inter.rank === 0 ? ROOT : PROC_NULL) : 0);
   */
  bcast<T>(data: T, root: number): Widened<T> {
    this.checkRoot('bcast', root);
    return this.run('bcast', (sides) => planInterBcast(sides, data as Widened<T>, root));
  }

  /**
   * Gives every node of the other group its element of the root's array.
   *
   * @param array at the root an element for each rank of the other group
   * @param root as for `bcast`
   * @returns element `rank` in the other group; undefined in the root's
   * @throws LockstepError `badCount` if the array's length is not `remoteSize`; else as `bcast`
   */
  scatter<T>(array: ArrayLike<T> | null | undefined, root: number): T {
    this.checkRoot('scatter', root);
    if (root === ROOT) checkCount('scatter', array, this.peers);
    return this.run('scatter', (sides) => planInterScatter(sides, array, root));
  }

  /**
   * Gives every node of the other group a block of the root's typed array.
   *
   * @param data at the root the elements of all blocks, end to end
   * @param counts at the root the number of elements for each rank of the other group
   * @param root as for `bcast`
   * @returns block `rank`, in an array of its own, in the other group; undefined in the root's
   * @throws LockstepError `badCount` if counts and data do not fit; else as `bcast`
   */
  scatterv<V extends NumberArray>(
    data: V | undefined,
    counts: readonly number[] | undefined,
    root: number,
  ): V {
    this.checkRoot('scatterv', root);
    const blocks = this.blocksAt(root, 'scatterv', data, counts);
    return this.run('scatterv', (sides) => planInterScatter(sides, blocks, root));
  }

  /**
   * Gives the root the value of every node of the other group.
   *
   * @param data this node's value; the root's own group gives none
   * @param root as for `bcast`
   * @returns the other group's values by rank, at the root; undefined elsewhere
   * @throws LockstepError as `bcast`
   */
  gather<T>(data: T, root: number): Widened<T>[] | undefined {
    this.checkRoot('gather', root);
    return this.run('gather', (sides) => planInterGather(sides, data as Widened<T>, root));
  }

  /**
   * Gives the root the typed arrays of all nodes of the other group, end to end; they may differ in length.
   *
   * @param data this node's array; the root's own group gives none
   * @param root as for `bcast`
   * @returns at the root the other group's elements by rank, and how many each node gave; undefined elsewhere
   * @throws LockstepError as `bcast`
   */
  gatherv<V extends NumberArray>(data: V | undefined, root: number): Concatenated<V> | undefined {
    this.checkRoot('gatherv', root);
    return this.run('gatherv', (sides) => planInterGatherv(sides, data, root));
  }

  /**
   * Gives every node the values of all nodes of the other group.
   *
   * @param data this node's value, for the other group
   * @returns the other group's values, by rank
   * @throws LockstepError `notClonable`, `frameTooLarge`, `collectiveMismatch`
   */
  allgather<T>(data: T): Widened<T>[] {
    return this.run('allgather', (sides) => planInterAllgather(sides, data as Widened<T>));
  }

  /**
   * Gives every node the typed arrays of all nodes of the other group, end to end; they may differ in length.
   *
   * @param data this node's array, for the other group
   * @returns the other group's elements by rank, and how many each node gave
   * @throws LockstepError as `allgather`
   */
  allgatherv<V extends NumberArray>(data: V): Concatenated<V> {
    return this.run('allgatherv', (sides) => planInterAllgatherv(sides, data));
  }

  /**
   * Gives every node of the other group a value of its own, and gets one from each.
   *
   * @param array a value for each rank of the other group
   * @returns the values for this node, by the rank that gave them
   * @throws LockstepError `badCount` if the array's length is not `remoteSize`; else as `allgather`
   */
  alltoall<T>(array: ArrayLike<T>): Widened<T>[] {
    checkCount('alltoall', array, this.peers);
    return this.run('alltoall', (sides) => planInterAlltoall(sides, array as ArrayLike<Widened<T>>));
  }

  /**
   * Gives every node of the other group a block of this node's typed array, and gets one from each; they may differ in length.
   *
   * @param data the blocks for all ranks of the other group, end to end
   * @param counts number of elements for each rank of the other group
   * @returns the blocks from the other group, end to end, and how many elements each gave
   * @throws LockstepError `badCount` if counts and data do not fit; else as `allgather`
   */
  alltoallv<V extends NumberArray>(data: V, counts: readonly number[]): Concatenated<V> {
    const blocks = this.blocksOf('alltoallv', data, counts);
    return this.run('alltoallv', (sides) => planInterAlltoallv(sides, blocks));
  }

  /**
   * Combines the values of the other group at the root, in the order of their ranks where the operation does not commute.
   *
   * @param data this node's value; the root's own group gives none
   * @param operation what combines two values
   * @param root as for `bcast`
   * @returns the combination at the root; undefined elsewhere
   * @throws LockstepError `badCount` if the nodes' values do not fit together; else as `bcast`
   */
  reduce<T>(data: T, operation: ReduceOperation<Widened<T>>, root: number): Widened<T> | undefined {
    this.checkRoot('reduce', root);
    return this.run(
      'reduce',
      (sides) => planInterReduce(sides, data as Widened<T>, operation, root),
      operation,
    );
  }

  /**
   * Combines the values of each group, and gives every node the combination of the *other* group's.
   *
   * @param data this node's value
   * @param operation what combines two values
   * @throws LockstepError `badCount` if the nodes' values do not fit together; `notClonable`, `frameTooLarge`,
   *   `collectiveMismatch`
   */
  allreduce<T>(data: T, operation: ReduceOperation<Widened<T>> = SUM): Widened<T> {
    return this.run(
      'allreduce',
      (sides) => planInterAllreduce(sides, data as Widened<T>, operation),
      operation,
    );
  }

  /** @internal ROOT, PROC_NULL or a rank of the other group. */
  protected checkRoot(operation: string, root: number): void {
    if (root !== ROOT && root !== PROC_NULL) checkRank(operation, 'root', root, this.peers);
  }

  /** @internal The blocks of a typed array for the ranks of the other group. */
  protected blocksOf<V extends NumberArray>(name: string, data: V, counts: readonly number[]): V[] {
    return blocksByCount({ name, size: this.remoteSize }, data, counts);
  }

  /** @internal The same at the root; the others have none. */
  protected blocksAt<V extends NumberArray>(
    root: number,
    name: string,
    data: V | undefined,
    counts: readonly number[] | undefined,
  ): V[] | undefined {
    if (root !== ROOT) return undefined;
    const blocks = data && this.blocksOf(name, data, counts ?? []);
    checkCount(name, blocks, this.peers);
    return blocks;
  }

  /** @internal */
  private run<T>(call: Collective, plan: (sides: Sides) => Plan<T>, operation?: unknown): T {
    const { own, other } = this;
    return this.collectives.run(call, { operation }, (node) => plan(sidesOf(node, own, other)));
  }
}
