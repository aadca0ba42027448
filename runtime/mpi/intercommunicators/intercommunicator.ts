import { inspect } from 'node:util';
import { decode } from '../../core/codec';
import { type Payload, PROC_NULL, ROOT } from '../../protocol/envelope';
import { checkCount, checkRank } from '../arguments';
import { planAllgather } from '../collectives/allgather';
import type { Plan } from '../collectives/plan';
import { type CollectiveReport, CollectiveRunner } from '../collectives/runner';
import { receive, receiveAll, type Schedule, send, sendAll } from '../collectives/schedule';
import type { Collective } from '../collectives/signature';
import { Communicator } from '../communicator';
import type { Group } from '../group';
import { NonblockingCalls } from '../nonblockingCalls';
import { type ReduceOperation, SUM } from '../operations';
import type { ProgressEngine } from '../progressEngine';
import type { Widened } from '../widened';
import { ranksOf, type Side, type Sides, sidesOf } from './sides';
import { interAllgather, interAllreduce, interBarrier, interBcast, interReduce } from './throughLeaders';

/**
 * Two groups of nodes that talk to each other (MPI standard 4.0, section 7.6): every rank that a call takes is one of the
 * *other* group, and collective calls bring what the other group gave. `rank`, `size` and `group` are those of this
 * node's own group. Made by {@link createIntercommunicator}.
 *
 * In calls with a root, the root itself passes {@link ROOT}, the others of its group PROC_NULL, and the other group the
 * root's rank.
 *
 * @example
 * const side = world.rank % 2;
 * const inter = createIntercommunicator(world.split(side), 0, world, 1 - side);
 * inter.send('hello', inter.rank);                       // to the node with this rank in the other group
 * const theirs = inter.allreduce(world.rank, SUM);       // the sum over the other group
 */
export class Intercommunicator extends NonblockingCalls {
  /** The nodes of the other group, in the order of their ranks. */
  readonly remoteGroup: Group;
  /** @internal Nodes of both groups; the collectives' ranks are places in it. */
  private readonly both: Group;
  /** @internal */
  private readonly own: Side;
  /** @internal */
  private readonly other: Side;
  /** @internal */
  private readonly collectives: CollectiveRunner;

  /** @internal */
  constructor(engine: ProgressEngine, context: number, name: string, local: Group, remote: Group) {
    const isFirst = Math.min(...local.members) < Math.min(...remote.members);
    const both = isFirst ? local.union(remote) : remote.union(local);
    engine.groups.add(context, remote, both);
    super(engine, context, name, local, remote);
    this.remoteGroup = remote;
    this.both = both;
    this.own = { first: isFirst ? 0 : remote.size, size: local.size };
    this.other = { first: isFirst ? local.size : 0, size: remote.size };
    const place = { rank: this.own.first + this.rank, size: both.size, name };
    this.collectives = new CollectiveRunner(engine, context + 1, place);
  }

  /** The number of nodes in the other group. */
  get remoteSize(): number {
    return this.remoteGroup.size;
  }

  /** What the last collective call was at this node; undefined before the first. */
  get lastCollective(): CollectiveReport | undefined {
    return this.collectives.last;
  }

  /** @internal What `log` and the debugger show of it. */
  override [inspect.custom](): string {
    const { name, rank, size, remoteSize } = this;
    return `Intercommunicator ${name}, rank ${rank} of ${size}, to a group of ${remoteSize}`;
  }

  /**
   * Waits until every node of the other group has called it.
   *
   * @throws LockstepError `collectiveMismatch`
   */
  barrier(): void {
    this.run('barrier', 'leaders', interBarrier);
  }

  /**
   * Gives the root's value to all nodes of the other group.
   *
   * @param data the value, at the root
   * @param root ROOT at the root, PROC_NULL at the others of its group; in the other group, the root's rank
   * @returns the root's value in the other group; at the root, `data` itself; undefined at the others of its group
   * @throws LockstepError `rankOutOfRange`, `notClonable`, `frameTooLarge`, `collectiveMismatch`
   * @example
   * const settings = inter.bcast(mine, isServer ? (inter.rank === 0 ? ROOT : PROC_NULL) : 0);
   */
  bcast<T>(data: T, root: number): Widened<T> {
    this.checkRoot('bcast', root);
    return this.run('bcast', 'leaders', (sides) => {
      if (root === PROC_NULL) return nothing<Widened<T>>();
      if (root !== ROOT) return decoded<Widened<T>>(interBcast(sides, sides.other.first + root));
      return then(send(sides.other.first, sides.local.encode(data)), data as Widened<T>);
    });
  }

  /**
   * Gives every node of the other group its element of the root's array.
   *
   * @param array at the root an element for each rank of the other group
   * @param root as for `bcast`
   * @returns element `rank` in the other group; undefined in the root's
   * @throws LockstepError `badCount` if the array's length is not `remoteSize`; else as `bcast`
   */
  scatter<T>(array: ArrayLike<T> | null | undefined, root: number): T {
    this.checkRoot('scatter', root);
    if (root === ROOT) checkCount('scatter', array, this.peers);
    return this.run('scatter', 'linear', ({ other, local }) => {
      if (root === PROC_NULL) return nothing<T>();
      if (root !== ROOT) return decoded<T>(receive(other.first + root));
      const parts = Array.from(array as ArrayLike<T>, (part) => local.encode(part));
      return then(sendAll(addressed(other, parts)), undefined as T);
    });
  }

  /**
   * Gives the root the value of every node of the other group.
   *
   * @param data this node's value; the root's own group gives none
   * @param root as for `bcast`
   * @returns the other group's values by rank, at the root; undefined elsewhere
   * @throws LockstepError as `bcast`
   */
  gather<T>(data: T, root: number): Widened<T>[] | undefined {
    this.checkRoot('gather', root);
    return this.run('gather', 'linear', ({ other, local }) => {
      if (root === PROC_NULL) return nothing<Widened<T>[] | undefined>();
      if (root !== ROOT) return then(send(other.first + root, local.encode(data)), undefined);
      return allDecoded<Widened<T>>(receiveAll(ranksOf(other)));
    });
  }

  /**
   * Gives every node the values of all nodes of the other group.
   *
   * @param data this node's value, for the other group
   * @returns the other group's values, by rank
   * @throws LockstepError `notClonable`, `frameTooLarge`, `collectiveMismatch`
   */
  allgather<T>(data: T): Widened<T>[] {
    return this.run('allgather', 'leaders', (sides) => interAllgather(sides, data as Widened<T>));
  }

  /**
   * Gives every node of the other group a value of its own, and gets one from each.
   *
   * @param array a value for each rank of the other group
   * @returns the values for this node, by the rank that gave them
   * @throws LockstepError `badCount` if the array's length is not `remoteSize`; else as `allgather`
   */
  alltoall<T>(array: ArrayLike<T>): Widened<T>[] {
    checkCount('alltoall', array, this.peers);
    return this.run('alltoall', 'linear', ({ other, local }) => {
      const parts = Array.from(array, (part) => local.encode(part));
      return allDecoded<Widened<T>>(meet(other, parts));
    });
  }

  /**
   * Combines the values of the other group at the root, in the order of their ranks where the operation does not commute.
   *
   * @param data this node's value; the root's own group gives none
   * @param operation what combines two values
   * @param root as for `bcast`
   * @returns the combination at the root; undefined elsewhere
   * @throws LockstepError `badCount` if the nodes' values do not fit together; else as `bcast`
   */
  reduce<T>(data: T, operation: ReduceOperation<Widened<T>>, root: number): Widened<T> | undefined {
    this.checkRoot('reduce', root);
    return this.run(
      'reduce',
      'leaders',
      (sides) => {
        const { other } = sides;
        if (root === PROC_NULL) return nothing<Widened<T> | undefined>();
        if (root === ROOT) return decoded<Widened<T>>(receive(other.first));
        return then(interReduce(sides, data as Widened<T>, operation, other.first + root), undefined);
      },
      operation,
    );
  }

  /**
   * Combines the values of each group, and gives every node the combination of the *other* group's.
   *
   * @param data this node's value
   * @param operation what combines two values
   * @throws LockstepError `badCount` if the nodes' values do not fit together; `notClonable`, `frameTooLarge`,
   *   `collectiveMismatch`
   */
  allreduce<T>(data: T, operation: ReduceOperation<Widened<T>> = SUM): Widened<T> {
    return this.run(
      'allreduce',
      'leaders',
      (sides) => interAllreduce(sides, data as Widened<T>, operation),
      operation,
    );
  }

  /**
   * Makes an ordinary communicator of both groups (MPI_Intercomm_merge).
   *
   * @param high true for the group whose ranks are to come last, the same at all nodes of a group; where both groups say
   *   the same, the one with the lower rank of `world` comes first
   * @param name its name, for people; the same at all nodes
   * @throws LockstepError `collectiveMismatch`
   * @example
   * const everybody = inter.merge(isWorker);
   */
  merge(high = false, name = `${this.name}/merged`): Communicator {
    const { engine, both, own, other } = this;
    const word = { high, next: engine.groups.next };
    const words = this.collectives.run('merge', {}, (node) => planAllgather(node, word));
    const context = Math.max(...words.map(({ next }) => next));
    const isTurned = words[0]?.high === true && words.at(-1)?.high === false;
    const ranks = [own, other].sort((a, b) => a.first - b.first).map(ranksOf);
    const group = both.include((isTurned ? ranks.reverse() : ranks).flat());
    engine.groups.add(context, group);
    engine.failures.inherit(this.context, context);
    return new Communicator(engine, context, name, group);
  }

  /** @internal ROOT, PROC_NULL or a rank of the other group. */
  private checkRoot(operation: string, root: number): void {
    if (root !== ROOT && root !== PROC_NULL) checkRank(operation, 'root', root, this.peers);
  }

  /** @internal */
  private run<T>(
    call: Collective,
    algorithm: string,
    schedule: (sides: Sides) => Schedule<T>,
    operation?: unknown,
  ): T {
    const { own, other } = this;
    return this.collectives.run(call, { operation }, (node): Plan<T> => ({
      algorithm,
      schedule: schedule(sidesOf(node, own, other)),
    }));
  }
}

function addressed(other: Side, payloads: readonly Payload[]): { to: number; payload: Payload }[] {
  return payloads.map((payload, rank) => ({ to: other.first + rank, payload }));
}

/** A message to each node of the other group, and one from each. */
function* meet(other: Side, payloads: readonly Payload[]): Schedule<Payload[]> {
  return yield { sends: addressed(other, payloads), receives: ranksOf(other) };
}

/** The part of a node that the call has nothing for. */
function nothing<T>(): Schedule<T> {
  return then(sendAll([]), undefined as T);
}

function* then<T>(schedule: Schedule<unknown>, result: T): Schedule<T> {
  yield* schedule;
  return result;
}

function* decoded<T>(schedule: Schedule<Payload>): Schedule<T> {
  return decode(yield* schedule) as T;
}

function* allDecoded<T>(schedule: Schedule<Payload[]>): Schedule<T[]> {
  return (yield* schedule).map((payload) => decode(payload) as T);
}
