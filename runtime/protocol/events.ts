/** What a coordinator tells its clients as it happens. A view shows nothing that is not here. */
import type { DeploymentInfo } from './deployment';
import type { FaultRecord } from './faults';
import type { HostInfo } from './host';
import type { JobFailure, JobInfo } from './job';
import type { NodeInfo, NodeMetrics } from './node';
import type { OperationBatch } from './operations';
import type { TaskBoard } from './tasks';
import type { ScaleRecord } from './scaling';

/** `log` is the program's `log(...)`, the others are the process's streams; `lockstep` is the runtime speaking. */
export type OutputStream = 'stdout' | 'stderr' | 'log' | 'lockstep';

/** Messages between two nodes during the event's interval. */
export interface EdgeTraffic {
  source: number;
  destination: number;
  messages: number;
  bytes: number;
}

export type ClusterEvent =
  /** A job was accepted, changed its state, or ended. */
  | { type: 'jobChanged'; job: JobInfo }
  | { type: 'nodeChanged'; node: NodeInfo }
  /** Whole lines, in order, without the last line's newline; several lines are joined by `\n`. */
  | { type: 'output'; job: string; rank: number; stream: OutputStream; text: string }
  /** One sample a node, about twice a second. */
  | { type: 'metrics'; job: string; timeMs: number; nodes: NodeMetrics[] }
  /**
   * Nodes of a job that is debugged can never go on, and wait for its debugger to stop them. Without a debugger, and once
   * they have stood and wait again, the job ends with this failure.
   */
  | { type: 'deadlockFound'; job: string; failure: JobFailure }
  /** How the tasks of a program stand; a few times a second at most. */
  | { type: 'tasksChanged'; job: string; timeMs: number; board: TaskBoard }
  /** Something goes wrong on purpose, or no longer. */
  | ({ type: 'faultInjected'; job: string } & FaultRecord)
  /** A job that runs has more nodes, or fewer. */
  | ({ type: 'jobScaled'; job: string } & ScaleRecord)
  /** What went over each edge since the last such event; quiet edges are left out. */
  | { type: 'traffic'; job: string; timeMs: number; intervalMs: number; edges: EdgeTraffic[] }
  /** Operations of a node; jobs are recorded while some client wants these. `offsetMs` is added to their times for the coordinator's monotonic clock. */
  | { type: 'operations'; job: string; rank: number; offsetMs: number; batch: OperationBatch }
  /** A machine of a cluster, as it is now; all that are known come first, to whoever subscribes. */
  | { type: 'hostChanged'; host: HostInfo }
  /** A replica changed its state, or the deployment its phase. */
  | { type: 'deploymentChanged'; deployment: DeploymentInfo }
  /** The cluster's clock stands while any node is paused. */
  | { type: 'clockChanged'; stands: boolean };

export type ClusterEventType = ClusterEvent['type'];
