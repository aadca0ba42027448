import { checkCount, checkRank } from './arguments';
import { type AllgatherAlgorithm, planAllgather } from './collectives/allgather';
import { type AllreduceAlgorithm, planAllreduce } from './collectives/allreduce';
import { type AlltoallAlgorithm, planAlltoall } from './collectives/alltoall';
import { type BarrierAlgorithm, planBarrier } from './collectives/barrier';
import { type BcastAlgorithm, planBcast } from './collectives/bcast';
import { blocksByCount, checkCounts, concatenate, equalCounts, mapPlan } from './collectives/blocks';
import { type GatherAlgorithm, planGather } from './collectives/gather';
import type { CollectiveOptions, Concatenated } from './collectives/options';
import type { Plan } from './collectives/plan';
import { planReduce, type ReduceAlgorithm } from './collectives/reduce';
import { planReduceScatter, type ReduceScatterAlgorithm } from './collectives/reduceScatter';
import type { Agreed } from './collectives/runner';
import { planExscan, planScan, type ScanAlgorithm } from './collectives/scan';
import { planScatter, type ScatterAlgorithm } from './collectives/scatter';
import type { Participant } from './collectives/schedule';
import type { Collective } from './collectives/signature';
import type { NumberArray } from './layout';
import { type ReduceOperation, SUM } from './operations';
import { ReductionCalls } from './reductionCalls';
import { Request } from './request';
import type { Widened } from './widened';

/**
 * The nonblocking forms of the collective calls (MPI standard 4.0, section 6.12). They take the same arguments and begin
 * the call; the request brings what the blocking form returns. The data must not change until then.
 */
export abstract class NonblockingCollectives extends ReductionCalls {
  /** Begins a {@link barrier}; the request completes when every node has begun it. */
  ibarrier({ algorithm }: CollectiveOptions<BarrierAlgorithm> = {}): Request<void> {
    return this.begin('barrier', {}, (node) => planBarrier(node, algorithm));
  }

  /** Begins a {@link bcast}. */
  ibcast<T>(
    data: T,
    root = 0,
    { algorithm }: CollectiveOptions<BcastAlgorithm> = {},
  ): Request<Widened<NonNullable<T>>> {
    checkRank('ibcast', 'root', root, this);
    return this.begin('bcast', { root }, (node) =>
      planBcast(node, data as Widened<NonNullable<T>>, root, algorithm),
    );
  }

  /** Begins a {@link scatter}. */
  iscatter<T>(
    array: ArrayLike<T> | null | undefined,
    root = 0,
    { algorithm }: CollectiveOptions<ScatterAlgorithm> = {},
  ): Request<T> {
    checkRank('iscatter', 'root', root, this);
    if (this.rank === root) checkCount('iscatter', array, this);
    return this.begin('scatter', { root }, (node) => planScatter(node, array ?? undefined, root, algorithm));
  }

  /** Begins a {@link scatterv}. */
  iscatterv<V extends NumberArray>(
    data: V | undefined,
    counts: readonly number[] | undefined,
    root = 0,
    { algorithm }: CollectiveOptions<ScatterAlgorithm> = {},
  ): Request<V> {
    checkRank('iscatterv', 'root', root, this);
    return this.begin('scatterv', { root }, (node) => {
      const blocks = this.rank === root && data && blocksByCount(node, data, counts ?? []);
      if (this.rank === root) checkCount('iscatterv', blocks, this);
      return planScatter(node, blocks || undefined, root, algorithm);
    });
  }

  /** Begins a {@link gather}. */
  igather<T>(
    data: T,
    root = 0,
    { algorithm }: CollectiveOptions<GatherAlgorithm> = {},
  ): Request<Widened<T>[] | undefined> {
    checkRank('igather', 'root', root, this);
    return this.begin('gather', { root }, (node) => planGather(node, data as Widened<T>, root, algorithm));
  }

  /** Begins a {@link gatherv}. */
  igatherv<V extends NumberArray>(
    data: V,
    root = 0,
    { algorithm }: CollectiveOptions<GatherAlgorithm> = {},
  ): Request<Concatenated<V> | undefined> {
    checkRank('igatherv', 'root', root, this);
    return this.begin('gatherv', { root }, (node) =>
      mapPlan(planGather(node, data, root, algorithm), (all) => all && concatenate(all)),
    );
  }

  /** Begins an {@link allgather}. */
  iallgather<T>(data: T, { algorithm }: CollectiveOptions<AllgatherAlgorithm> = {}): Request<Widened<T>[]> {
    return this.begin('allgather', {}, (node) => planAllgather(node, data as Widened<T>, algorithm));
  }

  /** Begins an {@link allgatherv}. */
  iallgatherv<V extends NumberArray>(
    data: V,
    { algorithm }: CollectiveOptions<AllgatherAlgorithm> = {},
  ): Request<Concatenated<V>> {
    return this.begin('allgatherv', {}, (node) => mapPlan(planAllgather(node, data, algorithm), concatenate));
  }

  /** Begins an {@link alltoall}. */
  ialltoall<T>(array: ArrayLike<T>, { algorithm }: CollectiveOptions<AlltoallAlgorithm> = {}): Request<T[]> {
    checkCount('ialltoall', array, this);
    return this.begin('alltoall', {}, (node) => planAlltoall(node, array, algorithm));
  }

  /** Begins an {@link alltoallv}. */
  ialltoallv<V extends NumberArray>(
    data: V,
    counts: readonly number[],
    { algorithm }: CollectiveOptions<AlltoallAlgorithm> = {},
  ): Request<Concatenated<V>> {
    return this.begin('alltoallv', {}, (node) =>
      mapPlan(planAlltoall(node, blocksByCount(node, data, counts), algorithm), concatenate),
    );
  }

  /** Begins a {@link reduce}. */
  ireduce<T>(
    data: T,
    operation: ReduceOperation<Widened<T>> = SUM,
    root = 0,
    { algorithm }: CollectiveOptions<ReduceAlgorithm> = {},
  ): Request<Widened<T> | undefined> {
    checkRank('ireduce', 'root', root, this);
    return this.begin('reduce', { operation, root }, (node) =>
      planReduce(node, data as Widened<T>, operation, root, algorithm),
    );
  }

  /** Begins an {@link allreduce}. */
  iallreduce<T>(
    data: T,
    operation: ReduceOperation<Widened<T>> = SUM,
    { algorithm }: CollectiveOptions<AllreduceAlgorithm> = {},
  ): Request<Widened<T>> {
    return this.begin('allreduce', { operation }, (node) =>
      planAllreduce(node, data as Widened<T>, operation, algorithm),
    );
  }

  /** Begins a {@link reduceScatterBlock}. */
  ireduceScatterBlock<V extends NumberArray>(
    data: V,
    operation: ReduceOperation<V> = SUM,
    { algorithm }: CollectiveOptions<ReduceScatterAlgorithm> = {},
  ): Request<V> {
    const counts = equalCounts('ireduceScatterBlock', this.size, data.length);
    return this.begin('reduceScatterBlock', { operation }, (node) =>
      planReduceScatter(node, data, counts, operation, algorithm),
    );
  }

  /** Begins a {@link reduceScatter}. */
  ireduceScatter<V extends NumberArray>(
    data: V,
    counts: readonly number[],
    operation: ReduceOperation<V> = SUM,
    { algorithm }: CollectiveOptions<ReduceScatterAlgorithm> = {},
  ): Request<V> {
    checkCounts('ireduceScatter', this.size, data.length, counts);
    return this.begin('reduceScatter', { operation }, (node) =>
      planReduceScatter(node, data, counts, operation, algorithm),
    );
  }

  /** Begins a {@link scan}. */
  iscan<T>(
    data: T,
    operation: ReduceOperation<Widened<T>> = SUM,
    { algorithm }: CollectiveOptions<ScanAlgorithm> = {},
  ): Request<Widened<T>> {
    return this.begin('scan', { operation }, (node) =>
      planScan(node, data as Widened<T>, operation, algorithm),
    );
  }

  /** Begins an {@link exscan}. */
  iexscan<T>(
    data: T,
    operation: ReduceOperation<Widened<T>> = SUM,
    { algorithm }: CollectiveOptions<ScanAlgorithm> = {},
  ): Request<Widened<T> | undefined> {
    return this.begin('exscan', { operation }, (node) =>
      planExscan(node, data as Widened<T>, operation, algorithm),
    );
  }

  private begin<T>(call: Collective, agreed: Agreed, plan: (node: Participant) => Plan<T>): Request<T> {
    const operation = this.collectives.start(call, agreed, plan);
    return new Request<T>(this.engine, this.openCall(`i${call}`), operation, undefined);
  }
}
