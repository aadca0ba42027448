/** A deployment: a service on N nodes that outlives the command that started it, updated rank by rank. */
import { LockstepError } from './errors';
import type { SourceLocation } from './node';

/** What a client asks for when it deploys a program. */
export interface DeploySpec {
  /** Absolute path of the file whose default export is the service. */
  program: string;
  /** Folder in which, or above which, `lockstep.json` is looked for. */
  workspace: string;
  /** Name of a cluster in `lockstep.json`; absent: its `default`, else `local`. */
  cluster?: string;
  /** Number of replicas; absent: as the cluster says. */
  nodes?: number;
  /** How many ranks stay in service while replicas are replaced; absent: all. */
  minimum?: number;
  /** How long a replica may take to become healthy. */
  healthTimeoutMs: number;
  args: string[];
}

/**
 * - `starting`: it has not been healthy yet
 * - `healthy`: its last checks went well; its rank is in service
 * - `unhealthy`: its last checks went wrong
 * - `stopping`: it was asked to end
 * - `waiting`: it ended by itself, and is started again after a pause
 */
export type ReplicaState = 'starting' | 'healthy' | 'unhealthy' | 'stopping' | 'waiting';

export interface ReplicaInfo {
  rank: number;
  /** Hash of its version. */
  version: string;
  state: ReplicaState;
  /** Name of the machine it runs on. */
  host: string;
  /** Job by whose name the coordinator knows it; absent while it has none. */
  job?: string;
  /** Milliseconds since the Unix epoch. */
  startedAtMs: number;
  restarts: number;
  /** Why it is not healthy, or ended the last time. */
  reason?: string;
}

/**
 * - `steady`: all replicas are of one version
 * - `updating`: a new version replaces the old one, or comes up for the first time
 * - `rollingBack`: the new version failed; the old one comes back
 * - `ending`: it is being undeployed
 * - `gone`: no replica is left
 */
export type DeploymentPhase = 'steady' | 'updating' | 'rollingBack' | 'ending' | 'gone';

export interface DeploymentInfo {
  name: string;
  phase: DeploymentPhase;
  /** Absolute path of the program. */
  program: string;
  cluster: string;
  /** Hash of the version that runs; absent while the first one comes up. */
  version?: string;
  /** Hash of the version that an update leads to. */
  next?: string;
  size: number;
  minimum: number;
  /** How many ranks have a healthy replica. */
  inService: number;
  /** Process id of its coordinator. */
  pid: number;
  startedAtMs: number;
  replicas: ReplicaInfo[];
}

/** Why a new version was given up. */
export interface DeploymentFailure {
  rank: number;
  version: string;
  host: string;
  reason: string;
  /** Where in the program, if it threw. */
  at?: SourceLocation;
  /** The mapped stack. */
  stack?: string;
  /** The last lines that the replica printed. */
  output: string[];
}

/**
 * How a deployment's update ended; `unchanged`: the version was in service already; `rolledBack`: the old version is
 * back, or, where there was none, nothing is left; `ended`: it was undeployed meanwhile.
 */
export interface DeployOutcome {
  outcome: 'updated' | 'unchanged' | 'rolledBack' | 'ended';
  deployment: DeploymentInfo;
  failure?: DeploymentFailure;
}

/** A name that is a file's name on every system, and no option of a command. */
export const deploymentName = /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/;

/** Why a version that was deployed is not in service; undefined where it is. */
export function deploymentError(
  name: string,
  { outcome, deployment, failure }: DeployOutcome,
): LockstepError | undefined {
  if (outcome === 'updated' || outcome === 'unchanged') return undefined;
  if (outcome === 'ended' || !failure) return new LockstepError('deploymentEnded', { name });
  const { rank, version, host, reason } = failure;
  const previous = deployment.version;
  return new LockstepError('deploymentRolledBack', { name, rank, version, host, reason, previous });
}
