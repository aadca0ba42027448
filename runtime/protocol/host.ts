/** What a machine of a cluster is and what is being done on it: the words that every view, list and log uses for it. */

/**
 * - `waiting`: it is waited for, as in the queue of a batch system
 * - `connecting`: a way to it is being opened; its user may be asked
 * - `uploading`: it gets what it lacks of the runtime and the program
 * - `starting`: what starts nodes there is being started
 * - `ready`: nodes can run there
 * - `unreachable`: its link is lost and being looked for; its nodes live on for the lease
 * - `lost`: it stayed away for longer than the lease, and its nodes with it
 * - `failed`: it cannot be used
 * - `closed`: it is no longer part of the cluster; lists drop it
 */
export const hostStates = [
  'waiting',
  'connecting',
  'uploading',
  'starting',
  'ready',
  'unreachable',
  'lost',
  'failed',
  'closed',
] as const;
export type HostState = (typeof hostStates)[number];

/** What a machine has. */
export interface MachineFacts {
  /** As `process.platform` and `process.arch` of Node.js there. */
  platform: string;
  arch: string;
  /** Without the `v`. */
  nodeVersion: string;
  cores: number;
  memoryMiB: number;
}

/** How busy a machine is; measured every few seconds while it is connected. */
export interface MachineLoad {
  /** Load average of the last minute; 0 where the system has none. */
  load: number;
  freeMemoryMiB: number;
  /** From here to the machine's relay and back, over the link that the nodes use; smoothed. */
  roundTripMs: number;
}

/** A machine of a cluster, other than this one. */
export interface HostInfo {
  /** As the user knows it. */
  name: string;
  /** The cluster that it is used by. */
  cluster: string;
  state: HostState;
  /** Of an upload, 0 to 1. */
  fraction?: number;
  /** Why it is in this state, in a sentence; where it is known. */
  reason?: string;
  /** Known once it has been asked. */
  facts?: MachineFacts;
  load?: MachineLoad;
}

/** What is new of a machine. A new state drops fraction and reason of the one before. */
export type HostChange = Pick<HostInfo, 'name'> & Partial<HostInfo>;

/** A machine's state as a phrase: `uploading 43 %`, `not reachable: trying again`. */
export function describeHost({ state, fraction, reason }: HostInfo): string {
  switch (state) {
    case 'uploading':
      return fraction === undefined ? state : `uploading ${Math.floor(fraction * 100)} %`;
    case 'unreachable':
      return 'not reachable: trying again';
    case 'waiting':
      return reason === undefined ? state : `waiting: ${reason}`;
    case 'failed':
      return 'cannot be used';
    default:
      return state;
  }
}
