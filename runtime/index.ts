/** What a student's program imports as `lockstep`. */
export * from './mpi';
export { service, type RunningService, type Service, type ServiceContext } from './program/service';
export { spmd, type Program, type SpmdContext } from './program/spmd';
