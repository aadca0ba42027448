/** Which MPI library a process is to use: the one that is named, or the one that its launcher belongs to. Pure. */
import { LockstepError } from '../../protocol/errors';
import type { MpiFamily } from '../../protocol/mpi';

type Environment = Readonly<Record<string, string | undefined>>;

/** By family: the names under which the system's loader may know the library, the likeliest first. */
const names: Record<MpiFamily, readonly string[]> = {
  mpich: ['libmpich.so.12', 'libmpi.so.12', 'libmpich.so'],
  openmpi: ['libmpi.so.40', 'libmpi.so.80', 'libmpi.so.20', 'libopen-mpi.so'],
};

/** What stands in the environment of a process that a launcher has started. */
const sizeVariables: readonly (readonly [string, MpiFamily])[] = [
  ['OMPI_COMM_WORLD_SIZE', 'openmpi'],
  ['PMI_SIZE', 'mpich'],
  ['MPI_LOCALNRANKS', 'mpich'],
];
const rankVariables = ['OMPI_COMM_WORLD_RANK', 'PMI_RANK', 'PMIX_RANK', 'SLURM_PROCID'];

/** The launcher that started a process, as far as its environment tells; Slurm starts processes for either family. */
export interface Launcher {
  family: MpiFamily | undefined;
  size: number;
  rank: number;
}

/** Whoever started this process. */
export function launcherOf(environment: Environment): Launcher {
  const said = sizeVariables.find(([name]) => environment[name] !== undefined);
  const inSlurm = environment['SLURM_PROCID'] !== undefined && environment['SLURM_STEP_ID'] !== undefined;
  const sizeText = said ? environment[said[0]] : inSlurm ? environment['SLURM_NTASKS'] : undefined;
  const rankName = rankVariables.find((name) => environment[name] !== undefined);
  const pmix = environment['PMIX_RANK'] !== undefined;
  return {
    family: said?.[1] ?? (pmix ? 'openmpi' : undefined),
    size: Number(sizeText ?? 1),
    rank: rankName === undefined ? 0 : Number(environment[rankName]),
  };
}

/**
 * The names to try, in this order. `LOCKSTEP_MPI_LIBRARY` is a path, or `mpich` or `openmpi`; without it the launcher's
 * family comes first. Throws LockstepError(badArgument) where it is neither.
 */
export function librariesToTry(environment: Environment): readonly string[] {
  const wanted = environment['LOCKSTEP_MPI_LIBRARY'];
  if (wanted === 'mpich' || wanted === 'openmpi') return names[wanted];
  if (wanted?.includes('/') || wanted?.includes('.so')) return [wanted];
  if (wanted) {
    throw new LockstepError('badArgument', {
      name: 'LOCKSTEP_MPI_LIBRARY',
      value: wanted,
      expected: 'the path of an MPI library, "mpich" or "openmpi"',
      next: 'Leave it out to take the library of mpiexec.',
    });
  }
  const { family } = launcherOf(environment);
  return family === 'mpich' ? [...names.mpich, ...names.openmpi] : [...names.openmpi, ...names.mpich];
}

/**
 * Throws LockstepError(mpiLauncherMismatch) where the launcher has started several processes and the library knows of
 * one: it is another MPI's launcher, and each process would run the program alone.
 */
export function checkLauncher({ size, family }: Launcher, known: number, library: string): void {
  if (size === known || known > 1 || size <= 1) return;
  const launcher =
    family === 'mpich' ? "MPICH's mpiexec" : family === 'openmpi' ? "Open MPI's mpiexec" : 'srun';
  throw new LockstepError('mpiLauncherMismatch', { launcher, size, library });
}
