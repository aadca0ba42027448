/**
 * Message passing after the MPI standard, with the names of mpi4py in camelCase. Start with `communicator.ts`: what a program
 * calls. Below it lie `mailbox.ts` (one for each node: names, matches, blocks), `matching.ts` (which receive takes
 * which message) and `collectives/`, a file for each algorithm.
 * May import: protocol, core and the type of an endpoint.
 */
export { ANY_SOURCE, ANY_TAG } from '../protocol/envelope';
export { Communicator } from './communicator';
export { Status } from './status';
export {
  BAND,
  BOR,
  BXOR,
  LAND,
  LOR,
  LXOR,
  MAX,
  MAXLOC,
  MIN,
  MINLOC,
  Operation,
  PROD,
  SUM,
  type Combine,
  type Located,
  type ReduceOperation,
} from './operations';
