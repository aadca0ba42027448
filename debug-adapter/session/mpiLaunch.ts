import type { MpiLaunch } from '../../runtime/protocol/mpi';
import type { ArgumentsOf } from '../dap/arguments';

/** The MPI launcher that a launch configuration asks for; undefined where it asks for none. */
export function mpiLaunch({
  mpi,
  mpiexec,
}: Pick<ArgumentsOf<'launch'>, 'mpi' | 'mpiexec'>): MpiLaunch | undefined {
  if (!(mpi ?? mpiexec !== undefined)) return undefined;
  const [command, ...options] = typeof mpiexec === 'string' ? [mpiexec] : (mpiexec ?? []);
  return { ...(typeof mpi === 'string' && { family: mpi }), command, options };
}
