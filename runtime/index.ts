/** What a student's program imports as `lockstep`. */
export * from './mpi';
export { LockstepError } from './protocol/errors';
export { service, type RunningService, type Service, type ServiceContext } from './program/service';
export { spmd, type Program, type SpmdContext } from './program/spmd';
