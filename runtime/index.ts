/** What a student's program imports as `lockstep`. */
export * from './mpi';
export { faults } from './program/faults';
export { LockstepError } from './protocol/errors';
export { service, type RunningService, type Service, type ServiceContext } from './program/service';
export { currentTask, type RunningTask } from './tasks/currentTask';
export {
  driver,
  type DriverContext,
  type DriverOptions,
  type DriverProgram,
  type OfferedResources,
} from './tasks/driver';
export type { AutoscaleOptions } from './tasks/autoscaleOptions';
export { Cluster, type ScaleDecision } from './tasks/cluster';
export { TaskJob } from './tasks/job';
export type { JobCounts } from './tasks/jobState';
export type { Choose } from './tasks/ownPolicy';
export { Scheduler, type Why } from './tasks/scheduler';
export { task, type TaskFunction } from './tasks/task';
export { Shared, Task, type Given, type GivenArguments } from './tasks/taskHandle';
export type { JobOptions, TaskOptions } from './tasks/taskOptions';
export type { TaskStatus } from './tasks/taskState';
export type { NodeView, PolicyContext, TaskView } from './scheduler/model';
export { spmd, type Program, type SpmdContext } from './program/spmd';
