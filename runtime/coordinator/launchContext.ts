/** What a job is launched with: its seats, and the processes on them, now and when it grows. */
import { createHmac } from 'node:crypto';
import { heapLimits } from '../launch/machineSize';
import type { Seat } from '../launch/nodeHost';
import { maximumRanks } from '../protocol/configuration';
import { LockstepError } from '../protocol/errors';
import type { JobSpec } from '../protocol/job';
import type { JobContext } from './jobContext';
import { memoryLimitMiB } from './memoryLimits';

/** A job that is to be launched. */
export interface Launch {
  /** Of the run. */
  secret: Buffer;
  spec: JobSpec;
  seats: Seat[];
  /** Heap limit of each node, by rank. */
  heapMiB: number[];
  /** Places for nodes that join later; absent where nobody can start any. */
  more?(count: number, living: readonly Seat[]): Seat[];
  /** Heap limit of every node, where the cluster names one. */
  memoryMiB?: number;
}

/** What the coordinator gives to all of its jobs. */
export type CommonContext = Omit<JobContext, 'seats' | 'heapMiB' | 'launch' | 'grow'>;

/** All that a job needs of its coordinator. */
export function launchContext(
  common: CommonContext,
  { secret, spec, seats, heapMiB, more, memoryMiB }: Launch,
): JobContext {
  const { number, detector, metricsMs } = common;
  const size = seats.length;
  return {
    ...common,
    seats,
    heapMiB,
    launch: (rank, onRawOutput, onEnd) => {
      const { host, node, cwd } = seats[rank] as Seat;
      const foreign = seats.flatMap(({ host: { id } }, other) =>
        id === host.id ? [] : [{ rank: other, host: id }],
      );
      const limitMiB = heapMiB[rank] as number;
      const identity = {
        job: number,
        rank,
        size,
        epoch: 0,
        secret: jobSecret(secret, number).toString('hex'),
        heartbeatMs: detector.heartbeatMs,
        metricsMs,
        transport: spec.transport,
        memoryLimitMiB: memoryLimitMiB(limitMiB, memoryMiB !== undefined),
      };
      const request = { identity, node, cwd, env: spec.env, heapMiB: limitMiB, foreign };
      return host.launch(request, onRawOutput, onEnd);
    },
    grow: more && ((count, living) => grow(count, living, { seats, heapMiB, more, memoryMiB })),
  };
}

function grow(
  count: number,
  living: readonly number[],
  {
    seats,
    heapMiB,
    more,
    memoryMiB,
  }: Required<Pick<Launch, 'seats' | 'heapMiB' | 'more'>> & Pick<Launch, 'memoryMiB'>,
): void {
  if (seats.length + count > maximumRanks) {
    throw new LockstepError('ranksUsedUp', { count, limit: maximumRanks, used: seats.length });
  }
  const taken = living.map((rank) => seats[rank] as Seat);
  const added = more(count, taken);
  const limits = heapLimits([...taken, ...added].map(({ host }) => host));
  seats.push(...added);
  heapMiB.push(...limits.slice(taken.length).map((share) => memoryMiB ?? share));
}

/** A job's nodes know the secret of their job, not that of the run. */
export function jobSecret(ofRun: Buffer, job: number): Buffer {
  return createHmac('sha256', ofRun).update(`job ${job}`).digest();
}
