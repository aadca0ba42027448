import { ROOT } from '../../protocol/envelope';
import { checkCount } from '../arguments';
import type { Concatenated } from '../collectives/options';
import type { Plan } from '../collectives/plan';
import type { Collective } from '../collectives/signature';
import type { NumberArray } from '../layout';
import { type ReduceOperation, SUM } from '../operations';
import { Request } from '../request';
import type { Widened } from '../widened';
import { InterCollectives } from './interCollectives';
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
import { type Sides, sidesOf } from './sides';

/**
 * The nonblocking forms of the collective calls between two groups (MPI standard 4.0, section 6.12). They take the same
 * arguments and begin the call; the request brings what the blocking form returns. The data must not change until then.
 */
export abstract class NonblockingInterCollectives extends InterCollectives {
  /** Begins a {@link barrier}; the request completes when every node of the other group has begun it. */
  ibarrier(): Request<void> {
    return this.begin('barrier', planInterBarrier);
  }

  /** Begins a {@link bcast}. */
  ibcast<T>(data: T, root: number): Request<Widened<T>> {
    this.checkRoot('ibcast', root);
    return this.begin('bcast', (sides) => planInterBcast(sides, data as Widened<T>, root));
  }

  /** Begins a {@link scatter}. */
  iscatter<T>(array: ArrayLike<T> | null | undefined, root: number): Request<T> {
    this.checkRoot('iscatter', root);
    if (root === ROOT) checkCount('iscatter', array, this.peers);
    return this.begin('scatter', (sides) => planInterScatter(sides, array, root));
  }

  /** Begins a {@link scatterv}. */
  iscatterv<V extends NumberArray>(
    data: V | undefined,
    counts: readonly number[] | undefined,
    root: number,
  ): Request<V> {
    this.checkRoot('iscatterv', root);
    const blocks = this.blocksAt(root, 'iscatterv', data, counts);
    return this.begin('scatterv', (sides) => planInterScatter(sides, blocks, root));
  }

  /** Begins a {@link gather}. */
  igather<T>(data: T, root: number): Request<Widened<T>[] | undefined> {
    this.checkRoot('igather', root);
    return this.begin('gather', (sides) => planInterGather(sides, data as Widened<T>, root));
  }

  /** Begins a {@link gatherv}. */
  igatherv<V extends NumberArray>(data: V | undefined, root: number): Request<Concatenated<V> | undefined> {
    this.checkRoot('igatherv', root);
    return this.begin('gatherv', (sides) => planInterGatherv(sides, data, root));
  }

  /** Begins an {@link allgather}. */
  iallgather<T>(data: T): Request<Widened<T>[]> {
    return this.begin('allgather', (sides) => planInterAllgather(sides, data as Widened<T>));
  }

  /** Begins an {@link allgatherv}. */
  iallgatherv<V extends NumberArray>(data: V): Request<Concatenated<V>> {
    return this.begin('allgatherv', (sides) => planInterAllgatherv(sides, data));
  }

  /** Begins an {@link alltoall}. */
  ialltoall<T>(array: ArrayLike<T>): Request<Widened<T>[]> {
    checkCount('ialltoall', array, this.peers);
    return this.begin('alltoall', (sides) => planInterAlltoall(sides, array as ArrayLike<Widened<T>>));
  }

  /** Begins an {@link alltoallv}. */
  ialltoallv<V extends NumberArray>(data: V, counts: readonly number[]): Request<Concatenated<V>> {
    const blocks = this.blocksOf('ialltoallv', data, counts);
    return this.begin('alltoallv', (sides) => planInterAlltoallv(sides, blocks));
  }

  /** Begins a {@link reduce}. */
  ireduce<T>(data: T, operation: ReduceOperation<Widened<T>>, root: number): Request<Widened<T> | undefined> {
    this.checkRoot('ireduce', root);
    return this.begin(
      'reduce',
      (sides) => planInterReduce(sides, data as Widened<T>, operation, root),
      operation,
    );
  }

  /** Begins an {@link allreduce}. */
  iallreduce<T>(data: T, operation: ReduceOperation<Widened<T>> = SUM): Request<Widened<T>> {
    return this.begin(
      'allreduce',
      (sides) => planInterAllreduce(sides, data as Widened<T>, operation),
      operation,
    );
  }

  private begin<T>(call: Collective, plan: (sides: Sides) => Plan<T>, operation?: unknown): Request<T> {
    const { own, other } = this;
    const begun = this.collectives.start(call, { operation }, (node) => plan(sidesOf(node, own, other)));
    return new Request<T>(this.engine, this.openCall(`i${call}`), begun, undefined);
  }
}
