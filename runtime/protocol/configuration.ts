/** `lockstep.json`: the clusters that a workspace names. Its JSON schema is `media/lockstep.schema.json`. */

export interface LocalCluster {
  type: 'local';
  /** Number of node processes. */
  nodes: number;
  /** Heap limit of each node; absent: three quarters of the machine's memory shared between the nodes, at most V8's own. */
  memoryMiB?: number;
  /** Absolute path of the Node.js executable for the nodes. */
  node?: string;
  /** Payload of the largest message that a standard send sends without waiting for its receive; absent: 65536. */
  eagerLimitBytes?: number;
  /** Whether jobs go on without nodes that die; absent: false. */
  faultTolerant?: boolean;
}

/** A machine of an SSH cluster. What is absent comes from the user's SSH configuration. */
export interface SshHost {
  /** An alias of the SSH configuration, a host name or an address. */
  host: string;
  user?: string;
  port?: number;
  /** Path of a private key, tried before those of the SSH configuration; taken from the file's folder. */
  identityFile?: string;
  /** Jump hosts, as in ssh's ProxyJump. */
  proxyJump?: string;
  /** Number of nodes on this host; absent: the hosts without a number share the rest evenly. */
  nodes?: number;
  /** Absolute path of the Node.js executable there. */
  node?: string;
  /**
   * Name or address by which the other hosts reach this one for direct links, with `:port` where its port is forwarded
   * from another one; absent: the host name of the SSH configuration.
   */
  address?: string;
  /** TCP ports of which this host takes one for direct links, in the place of the cluster's. */
  directPorts?: [from: number, to: number];
}

/** Which machines of the local network belong to a cluster: those that announce themselves with these labels. */
export interface Discover {
  /** Absent: all that hold the same lab token. */
  labels?: Record<string, string>;
  /** Name or address of the network interface to listen on; absent: all. */
  interface?: string;
}

/** Node processes on machines reached over SSH. */
export interface SshCluster {
  type: 'ssh';
  /** Number of node processes, on all machines together. */
  nodes: number;
  hosts: SshHost[];
  /** Further hosts, found when a job starts. */
  discover?: Discover;
  /** How many of the nodes, the first ranks, run on this machine. */
  localNodes?: number;
  /** Heap limit of each node; absent: three quarters of its machine's memory shared between the nodes there, at most V8's own. */
  memoryMiB?: number;
  /** Absolute path of the Node.js executable on each host that names none itself. */
  node?: string;
  /** Payload of the largest message that a standard send sends without waiting for its receive; absent: 65536. */
  eagerLimitBytes?: number;
  /** Whether jobs go on without nodes that die; absent: false. */
  faultTolerant?: boolean;
  /** Path here of a `.tar.gz` of Node.js, for hosts that have none; taken from the file's folder. */
  nodeArchive?: string;
  /** Who speaks SSH. */
  backend?: SshBackendName;
  /** How messages travel between hosts: through this machine, which is the default, or from host to host. */
  peerLinks?: PeerLinksName;
  /** TCP ports of which each host takes one for direct links, first to last; absent: any free one. */
  directPorts?: [from: number, to: number];
  /** Path of an SSH configuration to be used instead of the user's own; taken from the file's folder. */
  configFile?: string;
}

/** The bundled library, the system's `ssh`, or whichever serves a host. */
export type SshBackendName = 'auto' | 'ssh2' | 'system';

/** How messages travel between hosts. */
export type PeerLinksName = 'relayed' | 'direct';

/** Node processes in an allocation of Slurm, which is asked for when a job starts and given back when it ends. */
export interface SlurmCluster {
  type: 'slurm';
  /** A machine with Slurm's commands, reached over SSH: `host` or `user@host`; absent: this machine has them. */
  login?: string;
  /** Who speaks SSH to it. */
  backend?: SshBackendName;
  /** Path of an SSH configuration to be used instead of the user's own; taken from the file's folder. */
  configFile?: string;
  /** Absent: Slurm's default partition. */
  partition?: string;
  /** Number of Slurm's nodes: machines. */
  nodes: number;
  /** Number of our nodes, processes, on each of them; absent: 1. */
  tasksPerNode?: number;
  /** Time limit as Slurm writes it: `minutes`, `hours:minutes:seconds`, `days-hours`; absent: the partition's default. */
  time?: string;
  account?: string;
  qos?: string;
  /** Features that the machines must have. */
  constraint?: string;
  /** Further options of `salloc`, as in `--reservation=course`. */
  options?: string[];
  /** How many more nodes, the first ranks, run on this machine. */
  localNodes?: number;
  /** Heap limit of each node; absent: three quarters of its machine's memory shared between the nodes there, at most V8's own. */
  memoryMiB?: number;
  /** Payload of the largest message that a standard send sends without waiting for its receive; absent: 65536. */
  eagerLimitBytes?: number;
  /** Whether jobs go on without nodes that die; absent: false. */
  faultTolerant?: boolean;
  /** Absolute path of the Node.js executable on Slurm's nodes. */
  node?: string;
  /** Path here of a `.tar.gz` of Node.js, for nodes of Slurm that have none. */
  nodeArchive?: string;
}

export type ClusterConfiguration = LocalCluster | SshCluster | SlurmCluster;

/** Number of node processes of a cluster. */
export function nodeCount(cluster: ClusterConfiguration): number {
  if (cluster.type !== 'slurm') return cluster.nodes;
  return cluster.nodes * (cluster.tasksPerNode ?? 1) + (cluster.localNodes ?? 0);
}

export interface LockstepConfiguration {
  /** Name of the cluster taken when none is named. */
  default?: string;
  clusters: Record<string, ClusterConfiguration>;
}

export const configurationFileName = 'lockstep.json';

/** What stands where there is no `lockstep.json`. */
export const defaultConfiguration: LockstepConfiguration = {
  default: 'local',
  clusters: { local: { type: 'local', nodes: 4 } },
};

/** Bounds of the number of nodes in a local cluster. */
export const maximumNodes = 256;
/** So many nodes may take part in a job that grows, counted with those that have left it: as many as inboxes have room for. */
export const maximumRanks = 512;
