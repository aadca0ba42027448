/** What a student's program imports as `lockstep`. */
export * from './mpi';
export { spmd, type Program, type SpmdContext } from './program/spmd';
