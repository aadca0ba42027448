import { inspect } from 'node:util';
import { Attributes } from '../attributes';
import { planAllgather } from '../collectives/allgather';
import { Communicator } from '../communicator';
import { NonblockingInterCollectives } from './nonblockingInterCollectives';
import { ranksOf } from './sides';

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
export class Intercommunicator extends NonblockingInterCollectives {
  /** What the program keeps with it, by name (MPI standard 4.0, section 7.7). */
  readonly attributes = new Attributes();

  /** @internal What `log` and the debugger show of it. */
  override [inspect.custom](): string {
    const { name, rank, size, remoteSize } = this;
    return `Intercommunicator ${name}, rank ${rank} of ${size}, to a group of ${remoteSize}`;
  }

  /**
   * Makes an intercommunicator of the same two groups, with a message space of its own (MPI standard 4.0, section 7.4.2).
   * Attributes go along as they were set.
   *
   * @param name its name, for people; the same at all nodes
   * @throws LockstepError `collectiveMismatch`
   * @example
   * const mine = inter.dup('solver');
   */
  dup(name = `${this.name}/dup`): Intercommunicator {
    const { engine, group, remoteGroup } = this;
    const all = this.collectives.run('dup', {}, (node) => planAllgather(node, engine.groups.next));
    const context = Math.max(...all);
    engine.failures.inherit(this.context, context);
    const copy = new Intercommunicator(engine, context, name, group, remoteGroup);
    this.attributes.copyTo(copy.attributes);
    return copy;
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
}
