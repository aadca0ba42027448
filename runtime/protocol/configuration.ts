/** `lockstep.json`: the clusters that a workspace names. Its JSON schema is `media/lockstep.schema.json`. */

export interface LocalCluster {
  type: 'local';
  /** Number of node processes. */
  nodes: number;
  /** Heap limit of each node; absent: half of the machine's memory shared between the nodes, at most 4096. */
  memoryMiB?: number;
  /** Absolute path of the Node.js executable for the nodes. */
  node?: string;
}

export type ClusterConfiguration = LocalCluster;

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
