/** A service on one node, as its coordinator knows it. */

/** Which replica of a deployment a node is. */
export interface ReplicaIdentity {
  rank: number;
  /** How many replicas the deployment has. */
  size: number;
  /** The version's hash. */
  version: string;
}

/** What a service answers when it is asked how it is. */
export interface Health {
  healthy: boolean;
  /** Why it is not. */
  reason?: string;
}
