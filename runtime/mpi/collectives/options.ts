import type { NumberArray } from '../layout';

/** What the program may say about how a collective call is done; all nodes must say the same. */
export interface CollectiveOptions<Algorithm extends string> {
  /** The algorithm, by name; without it one is chosen by the number of nodes and, where all know it, the length. */
  algorithm?: Algorithm;
}

/** The same for calls that combine typed arrays, whose result may go into one that is there already. */
export interface ReductionOptions<Algorithm extends string> extends CollectiveOptions<Algorithm> {
  /** Takes the result; it may be the data themselves (MPI_IN_PLACE). */
  into?: NumberArray;
}

/** Typed arrays of all nodes end to end, by rank, and how long each is. */
export interface Concatenated<V> {
  data: V;
  counts: number[];
}

/** The same for calls that bring an element from every node. */
export interface ExchangeOptions<Algorithm extends string> extends CollectiveOptions<Algorithm> {
  /** Typed arrays that take the elements, one for each rank. */
  into?: readonly NumberArray[];
}
