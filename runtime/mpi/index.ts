/**
 * Message passing after the MPI standard, with the names of mpi4py in camelCase. Start with `communicator.ts`: what a program
 * calls. Below it lie `progressEngine.ts` (one for each node: names, matches, completes, blocks), `matching.ts` (which
 * receive takes which message) and `collectives/`, a folder for each call with a file for each algorithm.
 * May import: protocol, core and the type of an endpoint.
 */
export { ANY_SOURCE, ANY_TAG, PROC_NULL, ROOT } from '../protocol/envelope';
export type { CollectiveOptions, Concatenated, ReductionOptions } from './collectives/options';
export type { CollectiveReport } from './collectives/runner';
export type { Attributes } from './attributes';
export { Communicator } from './communicator';
export { errorsAreFatal, errorsReturn, type ErrorHandler } from './faultTolerance/errorHandler';
export { Group, type Comparison } from './group';
export { CartesianCommunicator, createCart, createDims, type CartOptions } from './topologies/cartesian';
export { createGraph, GraphCommunicator } from './topologies/graph';
export { createIntercommunicator } from './intercommunicators/createIntercommunicator';
export { Intercommunicator } from './intercommunicators/intercommunicator';
export { Layout, indexed, vector, type NumberArray, type ReceiveBuffer } from './layout';
export { MatchedMessage } from './matchedMessage';
export { PersistentRequest, startAll } from './persistentRequest';
export { Request } from './request';
export { Window } from './oneSided/window';
export type { LockKind } from './oneSided/epochs';
export { Status } from './status';
export {
  testAll,
  testAny,
  testSome,
  waitAll,
  waitAny,
  waitSome,
  type Requests,
  type ValuesOf,
} from './waitRequests';
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
  NO_OP,
  Operation,
  PROD,
  REPLACE,
  SUM,
  type Combine,
  type Located,
  type ReduceOperation,
} from './operations';
