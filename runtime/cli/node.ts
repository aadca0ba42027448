/** `lockstep node`: one node of a program that an MPI launcher (`mpiexec`, `srun`) has started. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { JobSpec } from '../protocol/job';
import type { MpiStart } from '../protocol/mpi';
import { parseNodeArguments } from './runArguments';

/** Becomes a node; resolves only where there is no program to run, with the exit code. */
export async function node(args: string[]): Promise<number> {
  const { spec, start } = parseNodeArguments(args);
  const { runMpiNode } = createRequire(__filename)(join(__dirname, 'mpiNode.js')) as {
    runMpiNode(spec: JobSpec, start?: MpiStart): Promise<boolean>;
  };
  const runs = await runMpiNode(spec, start);
  return runs ? new Promise<never>(() => undefined) : 3;
}
