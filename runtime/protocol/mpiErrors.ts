/** What goes wrong with an MPI library that is to carry the messages. */
import { type ErrorKind, user } from './errorKind';

const mpiName = (family: unknown): string => (family === 'openmpi' ? 'Open MPI' : 'MPICH');
const saying = (said: unknown): string =>
  typeof said === 'string' && said !== '' ? ` It says: ${said}` : ' It says nothing.';

export const mpiErrors = {
  noMpiLibrary: user((d) =>
    d.named
      ? `The MPI library that LOCKSTEP_MPI_LIBRARY names (${d.named}) cannot be loaded: ${d.reason}. Correct the variable, or leave it out to take the library of mpiexec.`
      : `There is no MPI library on this machine (looked for ${d.tried}). Install one (on Debian and Ubuntu: apt install mpich, or openmpi-bin), load the module that brings it, or name its file in LOCKSTEP_MPI_LIBRARY. Without MPI: lockstep run.`,
  ),
  notAnMpiLibrary: user(
    (d) =>
      `${d.path} is a library, but not MPI: it has no MPI_Init_thread. Name the file of an MPI library in LOCKSTEP_MPI_LIBRARY, such as libmpi.so.40 (Open MPI) or libmpich.so.12 (MPICH).`,
  ),
  mpiCoordinatorUnreachable: user(
    (d) =>
      `Node ${d.rank} on ${d.host} cannot connect to the machine of node 0 (${d.reason}), from where the run is watched and debugged. On several machines, each has to let the others of the run connect to it: ask for the firewall to allow it, or start all nodes on one machine.`,
  ),
  mpiLauncherMismatch: user(
    (d) =>
      `${d.launcher} has started ${d.size} processes, but for the library that was loaded (${d.library}) each of them is alone: the two belong to different MPIs. Use the mpiexec of that library (mpiexec.mpich, mpiexec.openmpi), or name the library of this one: LOCKSTEP_MPI_LIBRARY=mpich or openmpi${d.launcher === 'srun' ? '; with srun also try --mpi=pmix or --mpi=pmi2' : ''}.`,
  ),
  noMpiexec: user((d) =>
    d.command
      ? `There is no ${d.command} that could be run. Correct "mpiexec", or leave it out to take the one on PATH.`
      : `There is no mpiexec${d.family ? ` of ${mpiName(d.family)}` : ''} on this machine (looked for ${d.tried}). Install it (on Debian and Ubuntu: sudo apt-get install ${d.family === 'openmpi' ? 'openmpi-bin' : 'mpich'}${d.family ? '' : ', or openmpi-bin'}), or name its path in "mpiexec" of a launch configuration.`,
  ),
  notMpiexec: user(
    (d) =>
      `${d.path} is no mpiexec${d.family ? ` of ${mpiName(d.family)}` : ' of MPICH or Open MPI'}: asked for its version, it says "${d.said}". Name the path of one in "mpiexec".`,
  ),
  mpiexecFailed: user((d) => `${d.path} ${d.how}.${saying(d.said)}`),
  mpiexecEnded: user((d) => `${d.path} ${d.how}, and the nodes ended with it.${saying(d.said)}`, false),
  mpiFirstNodeAway: user(
    (d) =>
      `mpiexec has started node 0 on ${d.host}, which is not the machine of the debugger. Name that machine first among the hosts in "mpiexec".`,
  ),
} satisfies Record<string, ErrorKind>;
