import { LockstepError } from '../protocol/errors';
import type { JobSpec } from '../protocol/job';
import { clusterOf } from './clusterOf';

/**
 * A job for an MPI launcher, and the number of its nodes: as asked for, else as the default cluster says. Throws
 * LockstepError(badArgument) where it asks for what is the launcher's to decide, or what no launcher can do.
 */
export function checkMpiSpec(spec: JobSpec, workspace: string): { spec: JobSpec; size: number } {
  if (spec.cluster !== undefined) {
    const next = 'Leave it out, and name hosts among the options of "mpiexec", such as "--host a:2,b:2".';
    throw refused('cluster', spec.cluster, 'for a run under mpiexec, whose processes are the nodes', next);
  }
  if (spec.transport !== 'auto' && spec.transport !== 'mpi') {
    const expected = 'how messages travel under mpiexec: the MPI library carries them';
    throw refused('transport', spec.transport, expected, 'Leave it out.');
  }
  if (spec.faultTolerant === true) {
    const next = 'Leave it out, or run the program without "mpi".';
    throw refused(
      'faultTolerant',
      'true',
      'possible under mpiexec, which ends all nodes with the first',
      next,
    );
  }
  return { spec: { ...spec, transport: 'mpi' }, size: clusterOf(spec, workspace).size };
}

function refused(name: string, value: string, expected: string, next: string): LockstepError {
  return new LockstepError('badArgument', { name, value, expected, next });
}
