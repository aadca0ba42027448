import { checkCount, checkRank } from './arguments';
import { type Collective, CollectiveCall } from './collectives/collectiveCall';
import { allgather } from './collectives/allgather';
import { allreduce } from './collectives/allreduce';
import { alltoall } from './collectives/alltoall';
import { barrier } from './collectives/barrier';
import { bcast } from './collectives/bcast';
import { gather } from './collectives/gather';
import { reduce } from './collectives/reduce';
import { scatter } from './collectives/scatter';
import { NonblockingCalls } from './nonblockingCalls';
import { type ReduceOperation, SUM } from './operations';
import type { ProgressEngine } from './progressEngine';

/** A literal's type as its general one, so that `allreduce(1)` is a number and not a `1`. */
export type Widened<T> = T extends number
  ? number
  : T extends bigint
    ? bigint
    : T extends boolean
      ? boolean
      : T extends string
        ? string
        : T;

/**
 * A group of nodes that send each other messages; `world` holds all of them. Each node has a rank, 0 to size - 1.
 *
 * Every call blocks until it is done, as in MPI, but those whose name begins with `i`: these return a {@link Request}.
 * Any structured-clonable value can be sent (numbers, strings, arrays, objects, maps, sets, dates, typed arrays, …);
 * typed arrays and `ArrayBuffer`s go fastest. What is received is a copy and yours to change.
 *
 * The collective calls (`barrier` to `allreduce`) must be made by all nodes of the communicator, in the same order.
 */
export class Communicator extends NonblockingCalls {
  private collectiveCalls = 0;

  /**
   * Waits until every node has called it.
   *
   * @example
   * world.barrier();
   */
  barrier(): void {
    barrier(this.collective('barrier'));
  }

  /**
   * Gives the root's value to all nodes.
   *
   * @param data the value, at the root; the others' is not looked at
   * @param root rank that has the value
   * @returns the root's value; at the root, `data` itself
   * @throws LockstepError `rankOutOfRange`, `notClonable`, `frameTooLarge`
   * @example
   * const settings = world.bcast(world.rank === 0 ? { steps: 100 } : undefined);
   */
  bcast<T>(data: T, root = 0): Widened<NonNullable<T>> {
    checkRank('bcast', 'root', root, this);
    return bcast(this.collective('bcast'), data, root) as Widened<NonNullable<T>>;
  }

  /**
   * Gives each node its element of the root's array.
   *
   * @param array at the root `size` elements, one for each rank; the others' is not looked at
   * @param root rank that has the array
   * @returns element `rank`
   * @throws LockstepError `badCount` if the array's length is not `size`; `rankOutOfRange`, `notClonable`, `frameTooLarge`
   * @example
   * const part = world.scatter(world.rank === 0 ? [[1, 2], [3, 4], [5, 6], [7, 8]] : undefined);
   */
  scatter<T>(array: ArrayLike<T> | null | undefined, root = 0): T {
    checkRank('scatter', 'root', root, this);
    if (this.rank === root) checkCount('scatter', array, this);
    return scatter(this.collective('scatter'), array ?? undefined, root);
  }

  /**
   * Collects every node's value at the root.
   *
   * @param data this node's value
   * @param root rank that gets them
   * @returns at the root the array of all values, by rank; undefined elsewhere
   * @throws LockstepError `rankOutOfRange`, `notClonable`, `frameTooLarge`
   * @example
   * const all = world.gather(world.rank ** 2);
   * if (all) log(all);                          // [0, 1, 4, 9] at rank 0
   */
  gather<T>(data: T, root = 0): T[] | undefined {
    checkRank('gather', 'root', root, this);
    return gather(this.collective('gather'), data, root);
  }

  /**
   * Collects every node's value at all nodes.
   *
   * @param data this node's value
   * @returns the array of all values, by rank
   * @throws LockstepError `notClonable`, `frameTooLarge`
   * @example
   * const counts = world.allgather(lines.length);
   */
  allgather<T>(data: T): T[] {
    return allgather(this.collective('allgather'), data);
  }

  /**
   * Every node gives a value to every node: a transposition.
   *
   * @param array `size` elements; element k goes to rank k
   * @returns `size` elements; element k is from rank k
   * @throws LockstepError `badCount` if the array's length is not `size`; `notClonable`, `frameTooLarge`
   * @example
   * const column = world.alltoall(row);
   */
  alltoall<T>(array: ArrayLike<T>): T[] {
    checkCount('alltoall', array, this);
    return alltoall(this.collective('alltoall'), array);
  }

  /**
   * Combines every node's value at the root, in the order of ranks. Typed arrays and arrays are combined
   * element by element and must have the same length everywhere.
   *
   * @param data this node's value
   * @param operation SUM, PROD, MIN, MAX, MINLOC, MAXLOC, LAND, LOR, LXOR, BAND, BOR, BXOR, or an associative `(a, b) => c`
   * @param root rank that gets the result
   * @returns the combination at the root; undefined elsewhere
   * @throws LockstepError `badCount` if the nodes' values do not fit together; `rankOutOfRange`, `notClonable`, `frameTooLarge`
   * @example
   * const total = world.reduce(localCount, SUM);
   * if (world.rank === 0) log(`${total} words`);
   */
  reduce<T>(data: T, operation: ReduceOperation<Widened<T>> = SUM, root = 0): Widened<T> | undefined {
    checkRank('reduce', 'root', root, this);
    return reduce(this.collective('reduce'), data as Widened<T>, operation, root);
  }

  /**
   * Combines every node's value, in the order of ranks, and gives the result to all; equal at all to the last bit.
   * Typed arrays and arrays are combined element by element and must have the same length everywhere.
   *
   * @param data this node's value
   * @param operation SUM, PROD, MIN, MAX, MINLOC, MAXLOC, LAND, LOR, LXOR, BAND, BOR, BXOR, or an associative `(a, b) => c`
   * @returns the combination
   * @throws LockstepError `badCount` if the nodes' values do not fit together; `notClonable`, `frameTooLarge`
   * @example
   * const residual = Math.sqrt(world.allreduce(localSquares, SUM));
   * @example
   * const [best, owner] = world.allreduce([score, world.rank], MAXLOC);
   */
  allreduce<T>(data: T, operation: ReduceOperation<Widened<T>> = SUM): Widened<T> {
    return allreduce(this.collective('allreduce'), data as Widened<T>, operation);
  }

  private collective(name: Collective): CollectiveCall {
    // Collectives travel in the context after that of the messages, so the two never meet.
    return new CollectiveCall(this.engine, this.context + 1, name, this.name, this.collectiveCalls++);
  }
}

/** The communicator of all nodes, on this node's progress engine. Call it once for each engine. */
export function createWorld(engine: ProgressEngine): Communicator {
  return new Communicator(engine, 0, 'world');
}
