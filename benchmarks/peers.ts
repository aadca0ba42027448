/** The peers that are measured beside Lockstep, where they are installed. */
import { existsSync } from 'node:fs';
import { spawnSync } from 'node:child_process';

/** A command line: the executable, then its arguments. */
export type Command = [string, ...string[]];

/** Debian's own Python: the one that its python3-mpi4py belongs to. */
const python = '/usr/bin/python3';

/** How Open MPI is told to run on one machine with more processes than cores. */
const mpiexec: Command = [
  'mpiexec',
  ...(process.getuid?.() === 0 ? ['--allow-run-as-root'] : []),
  '--oversubscribe',
];

/**
 * Settings that start Open MPI fastest on one machine: the plain message layer over shared memory, so that no library for
 * networks that are not there is loaded.
 */
const tuned = ['--mca', 'pml', 'ob1', '--mca', 'btl', 'self,vader'];

export interface Mpi4py {
  /** Name and versions. */
  name: string;
  /** The command that runs a program on `nodes` processes, as installed or with the settings that start fastest. */
  run(program: string, nodes: number, settings: 'asInstalled' | 'tuned'): Command;
}

/** Open MPI with mpi4py, or undefined where they are not installed. */
export function findMpi4py(): Mpi4py | undefined {
  if (!existsSync(python)) return undefined;
  const script =
    'from mpi4py import MPI, __version__ as v; print(v, MPI.Get_library_version().split(",")[0])';
  const probe = spawnSync(python, ['-c', script], { encoding: 'utf8' });
  const version = spawnSync('mpiexec', ['--version'], { encoding: 'utf8' });
  if (probe.status !== 0 || version.status !== 0 || !version.stdout.includes('Open')) return undefined;
  const [mpi4py, ...library] = probe.stdout.trim().split(' ');
  return {
    name: `mpi4py ${mpi4py}, ${library.join(' ').replace(' v', ' ')}`,
    run: (program, nodes, settings) => [
      ...mpiexec,
      ...(settings === 'tuned' ? tuned : []),
      '-n',
      String(nodes),
      python,
      program,
    ],
  };
}
