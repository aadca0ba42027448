/** Machines that announce themselves on the local network: what they say, and what is made of it. */
import type { SshHost } from './configuration';

/** What a machine is told apart by: `{ room: '101', gpu: '2' }`. */
export type Labels = Record<string, string>;

export interface MachineResources {
  cores: number;
  memoryMiB: number;
  freeMemoryMiB: number;
  /** Processes that ran or waited to run, averaged over the last minute; 0 on Windows. */
  load: number;
  nodeVersion: string;
  /** As Node.js says it: `linux x64`. */
  platform: string;
}

/** What a machine says of itself. */
export interface AnnouncedMachine {
  /** Its host name. */
  name: string;
  addresses: string[];
  /** How it is reached: its SSH server, since the agent opens no door of its own. */
  ssh: {
    /** A name or address that works from elsewhere; absent: one of the addresses. */
    host?: string;
    port: number;
    /** Absent: whoever connects has a name there. */
    user?: string;
  };
  resources: MachineResources;
  labels: Labels;
}

/** A machine as those who listen see it. */
export interface FoundMachine extends AnnouncedMachine {
  /** Of one run of its agent. */
  id: string;
  /** `suspect`: it has been silent for longer than it should be. */
  state: 'present' | 'suspect';
  /** The host to write into `lockstep.json`. */
  host: string;
}

/** Why a datagram was dropped. */
export const dropReasons = [
  /** It is not of Lockstep, or too large. */
  'malformed',
  /** It is of another version of Lockstep. */
  'otherVersion',
  /** The token does not open it: it belongs to another lab, or somebody made it up. */
  'unopened',
  /** Its source sends more than any agent would. */
  'tooMany',
  /** It came before. */
  'replayed',
  /** It says to be from another time than now: an old one, or a clock is wrong. */
  'stale',
  /** The list of machines is full. */
  'full',
  /** A newer agent of the same machine has taken its place. */
  'superseded',
] as const;

export type DropReason = (typeof dropReasons)[number];
export type Drops = Record<DropReason, number>;

/** The figures of discovery. */
export const discoveryTimes = {
  /** A machine announces itself this often, give or take a fifth. */
  announceMs: 2000,
  /** Three announcements missed. */
  suspectMs: 7000,
  /** Six announcements missed. */
  goneMs: 14_000,
  /** Who asks gets answers within this. */
  answerMs: 100,
  /** Clocks may differ by this much. */
  skewMs: 60_000,
};

/** True when a machine has each of the labels. */
export function hasLabels(machine: AnnouncedMachine, wanted: Labels): boolean {
  return Object.entries(wanted).every(
    ([name, value]) => Object.hasOwn(machine.labels, name) && machine.labels[name] === value,
  );
}

/** The machine as a host of a cluster. */
export function hostOf({ host, ssh }: FoundMachine): SshHost {
  return { host, ...(ssh.user && { user: ssh.user }), ...(ssh.port !== 22 && { port: ssh.port }) };
}

/** `room=101 gpu=2`. */
export function formatLabels(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}
