/**
 * Rules of the MPI standard as programs, to be run over every transport: a test gives them to `run this on N ranks` and
 * asks only that no rank throws. Each case leaves nothing behind, and runs with any eager limit from 256 bytes on that is a
 * multiple of 8.
 */
import { blockingCases } from './blocking';
import { collectiveCases } from './collectives';
import type { Communicator } from '../communicator';
import type { ConformanceCase, Mpi } from './check';
import { intercommunicatorCases } from './intercommunicators';
import { nonblockingCases } from './nonblocking';
import { nonblockingIntercommunicatorCases } from './nonblockingIntercommunicators';
import { oneSidedCases } from './oneSided';

/** All rules. */
export const conformanceCases: readonly ConformanceCase[] = [
  ...blockingCases,
  ...nonblockingCases,
  ...collectiveCases,
  ...intercommunicatorCases,
  ...nonblockingIntercommunicatorCases,
  ...oneSidedCases,
];

/** Runs a case on this rank; all ranks of the communicator run the same. Nobody leaves before all are through. */
export async function runCase({ run }: ConformanceCase, world: Communicator, api: Mpi): Promise<void> {
  await run(world, api);
  world.barrier();
}
