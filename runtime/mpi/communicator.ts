import { ANY_SOURCE, ANY_TAG } from '../protocol/envelope';
import type { Wait } from '../protocol/node';
import { decode, encode } from '../core/codec';
import type { Endpoint } from '../transport/endpoint';
import { checkCount, checkRank, checkSource, checkTag, checkTagOrAny } from './arguments';
import { type Collective, CollectiveCall } from './collectives/collectiveCall';
import { allgather } from './collectives/allgather';
import { allreduce } from './collectives/allreduce';
import { alltoall } from './collectives/alltoall';
import { barrier } from './collectives/barrier';
import { bcast } from './collectives/bcast';
import { gather } from './collectives/gather';
import { reduce } from './collectives/reduce';
import { scatter } from './collectives/scatter';
import { Mailbox } from './mailbox';
import { type ReduceOperation, SUM } from './operations';
import { Status } from './status';

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
 * Every call blocks until it is done, as in MPI. Any structured-clonable value can be sent (numbers, strings, arrays,
 * objects, maps, sets, dates, typed arrays, …); typed arrays and `ArrayBuffer`s go fastest. What is received is
 * a copy and yours to change.
 *
 * The collective calls (`barrier` to `allreduce`) must be made by all nodes of the communicator, in the same order.
 */
export class Communicator {
  /** The rank of this node, 0 to size - 1. */
  readonly rank: number;
  /** The number of nodes. */
  readonly size: number;

  /** Collectives travel in the context after that of the messages, so the two never meet. */
  private readonly collectiveContext: number;
  private collectiveCalls = 0;
  /** Reused for every wait: who looks at it does so while the node blocks. */
  private readonly waiting: Wait;

  /** Programs get theirs from the runtime: `world`. */
  constructor(
    private readonly mailbox: Mailbox,
    private readonly context: number,
    /** Name for people: `world` for the first one. */
    readonly name: string,
  ) {
    this.rank = mailbox.rank;
    this.size = mailbox.size;
    this.collectiveContext = context + 1;
    this.waiting = { operation: 'send', communicator: name, peer: undefined, tag: undefined };
  }

  /**
   * Sends a value to one node. Returns as soon as the value may be changed again, which can be before it is received;
   * blocks while the way to the destination is full. A node may send to itself.
   *
   * @param data any structured-clonable value
   * @param destination rank of the receiver
   * @param tag what kind of message it is, 0 or more; the receiver can ask for it
   * @throws LockstepError `rankOutOfRange`, `badTag`, `notClonable`, `frameTooLarge`
   * @example
   * world.send({ row: 3, cells: new Float64Array(100) }, 1, 7);
   */
  send(data: unknown, destination: number, tag = 0): void {
    checkRank('send', 'destination', destination, this);
    checkTag('send', tag);
    this.mailbox.send(
      this.context,
      destination,
      tag,
      encode(data, 'send'),
      this.waitIn('send', destination, tag),
    );
  }

  /**
   * Waits for a message and returns its value. Messages from one source arrive in the order in which they were sent.
   *
   * @param source rank of the sender, or ANY_SOURCE
   * @param tag tag of the message, or ANY_TAG
   * @param status is filled with the message's source, tag and size
   * @throws LockstepError `rankOutOfRange`, `badTag`
   * @example
   * const row = world.recv<Float64Array>(0, 7);
   * @example
   * const status = new Status();
   * const answer = world.recv<string>(ANY_SOURCE, ANY_TAG, status);
   * log(`rank ${status.source} says ${answer}`);
   */
  recv<T = unknown>(source: number = ANY_SOURCE, tag: number = ANY_TAG, status?: Status): T {
    checkSource('recv', source, this);
    checkTagOrAny('recv', tag);
    return this.receive('recv', source, tag, status) as T;
  }

  /**
   * Sends one value and receives another; safe where all nodes send and receive at once, as around a ring.
   *
   * @param data value to send
   * @param destination rank of the receiver
   * @param sendTag tag to send with
   * @param source rank to receive from, or ANY_SOURCE
   * @param recvTag tag to receive, or ANY_TAG
   * @param status is filled with the received message's source, tag and size
   * @throws LockstepError `rankOutOfRange`, `badTag`, `notClonable`, `frameTooLarge`
   * @example
   * const fromLeft = world.sendrecv<number>(world.rank, right, 0, left, 0);
   */
  sendrecv<T = unknown>(
    data: unknown,
    destination: number,
    sendTag = 0,
    source: number = ANY_SOURCE,
    recvTag: number = ANY_TAG,
    status?: Status,
  ): T {
    checkRank('sendrecv', 'destination', destination, this);
    checkTag('sendrecv', sendTag);
    checkSource('sendrecv', source, this);
    checkTagOrAny('sendrecv', recvTag);
    const wait = this.waitIn('sendrecv', destination, sendTag);
    this.mailbox.send(this.context, destination, sendTag, encode(data, 'sendrecv'), wait);
    return this.receive('sendrecv', source, recvTag, status) as T;
  }

  /**
   * Waits until a message can be received, and tells about it without receiving it.
   *
   * @param source rank of the sender, or ANY_SOURCE
   * @param tag tag of the message, or ANY_TAG
   * @param status is filled and returned; a new one where there is none
   * @throws LockstepError `rankOutOfRange`, `badTag`
   * @example
   * const { source, tag } = world.probe();
   * const value = tag === 1 ? world.recv<string>(source, 1) : world.recv<number>(source, tag);
   */
  probe(source: number = ANY_SOURCE, tag: number = ANY_TAG, status = new Status()): Status {
    checkSource('probe', source, this);
    checkTagOrAny('probe', tag);
    status.set(this.mailbox.probe(this.context, source, tag, this.waitIn('probe', source, tag)));
    return status;
  }

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

  private receive(operation: string, source: number, tag: number, status: Status | undefined): unknown {
    const message = this.mailbox.receive(this.context, source, tag, this.waitIn(operation, source, tag));
    status?.set(message);
    return decode(message.payload);
  }

  private collective(name: Collective): CollectiveCall {
    return new CollectiveCall(this.mailbox, this.collectiveContext, name, this.name, this.collectiveCalls++);
  }

  private waitIn(operation: string, peer: number, tag: number): Wait {
    const { waiting } = this;
    waiting.operation = operation;
    waiting.peer = peer;
    waiting.tag = tag;
    return waiting;
  }
}

/** The communicator of all nodes, on this node's end of the transport. Call it once for each endpoint. */
export function createWorld(endpoint: Endpoint): Communicator {
  return new Communicator(new Mailbox(endpoint), 0, 'world');
}
