/** Finds an MPI launcher, and which MPI it belongs to. */
import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { LockstepError } from '../../protocol/errors';
import type { MpiFamily, MpiLaunch } from '../../protocol/mpi';

/** The launchers that Debian, conda and the MPIs themselves install, the likeliest first. */
const namesOf: Record<MpiFamily | 'any', readonly string[]> = {
  mpich: ['mpiexec.mpich', 'mpiexec.hydra', 'mpiexec'],
  openmpi: ['mpiexec.openmpi', 'mpiexec'],
  any: ['mpiexec', 'mpiexec.mpich', 'mpiexec.openmpi', 'mpiexec.hydra'],
};

/** A launcher that answers when it is asked who it is. */
export interface FoundMpiexec {
  path: string;
  family: MpiFamily;
  /** The first number of its version. */
  major: number;
}

/**
 * The launcher that is meant. Throws LockstepError: noMpiexec where there is none, notMpiexec where what is named is
 * none, or that of the other MPI.
 */
export async function findMpiexec(
  { family, command }: MpiLaunch,
  env: NodeJS.ProcessEnv,
): Promise<FoundMpiexec> {
  const names = command === undefined ? namesOf[family ?? 'any'] : [command];
  for (const name of names) {
    const path = onPath(name, env['PATH']);
    if (path === undefined) continue;
    const words = await versionWords(path, env);
    const found = { path, ...readVersion(words) };
    const isMeant = found.family !== undefined && (family === undefined || found.family === family);
    if (isMeant) return { path, family: found.family as MpiFamily, major: found.major };
    if (command !== undefined) {
      const [first = 'nothing'] = words.split('\n').filter((line) => line.trim() !== '');
      throw new LockstepError('notMpiexec', { path, family, said: first.trim().slice(0, 200) });
    }
  }
  throw new LockstepError('noMpiexec', { family, command, tried: names.join(', ') });
}

/** Which MPI a launcher belongs to, by what it says of its version. Intel MPI and MVAPICH have the launcher of MPICH. */
export function readVersion(words: string): { family: MpiFamily | undefined; major: number } {
  const major = Number(/(\d+)\.\d+/.exec(words)?.[1] ?? 0);
  if (/Open ?MPI|OpenRTE|PRRTE|PMIx Reference/i.test(words)) return { family: 'openmpi', major };
  return { family: /HYDRA|MPICH|MVAPICH|Intel\(R\) MPI/i.test(words) ? 'mpich' : undefined, major };
}

async function versionWords(path: string, env: NodeJS.ProcessEnv): Promise<string> {
  try {
    const { stdout, stderr } = await promisify(execFile)(path, ['--version'], { timeout: 10_000, env });
    return `${stdout}${stderr}`;
  } catch (error) {
    return (error as Error).message;
  }
}

function onPath(name: string, path = ''): string | undefined {
  const places = name.includes('/') ? [name] : path.split(delimiter).map((folder) => join(folder, name));
  return places.find((place) => {
    try {
      accessSync(place, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
