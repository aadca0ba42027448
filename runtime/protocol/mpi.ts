/** What is said of MPI launchers: `mpiexec` of MPICH or of Open MPI. */

export const mpiFamilies = ['mpich', 'openmpi'] as const;
/** The two families of MPI: handles of their libraries are integers, or addresses of the library's own variables. */
export type MpiFamily = (typeof mpiFamilies)[number];

/** An MPI launcher that the coordinator is to start, whose processes are the nodes of a job. */
export interface MpiLaunch {
  /** Absent: of whichever MPI it is. */
  family?: MpiFamily;
  /** Name or path of the launcher; absent: the one of the family that is on PATH. */
  command?: string;
  /** Options of the launcher, before those that Lockstep gives it. */
  options?: string[];
}

/** Names the start by an MPI launcher that a process belongs to: the coordinator's run directory, and a number there. */
export interface MpiStart {
  runDirectory: string;
  number: number;
}
