import { Attributes } from './attributes';
import type { Collective } from './collectives/signature';
import { FailureCalls } from './faultTolerance/failureCalls';
import { type Comparison, Group } from './group';
import type { ProgressEngine } from './progressEngine';

/**
 * A group of nodes that send each other messages; `world` holds all of them. Each node has a rank, 0 to size - 1.
 *
 * Every call blocks until it is done, as in MPI, but those whose name begins with `i`: these return a {@link Request}.
 * Any structured-clonable value can be sent (numbers, strings, arrays, objects, maps, sets, dates, typed arrays, …);
 * typed arrays and `ArrayBuffer`s go fastest. What is received is a copy and yours to change.
 *
 * The collective calls (`barrier` to `exscan`, their nonblocking forms, and those that make communicators) must be made
 * by all nodes of the communicator, in the same order. Messages of one communicator never meet those of another.
 */
export class Communicator extends FailureCalls {
  /** What the program keeps with the communicator, by name (MPI standard 4.0, section 7.7). */
  readonly attributes = new Attributes();

  /**
   * Makes a communicator of the same nodes, with a message space of its own: what a library uses so that its messages
   * never meet its caller's (MPI standard 4.0, section 7.4.2). Attributes go along as they were set.
   *
   * @param name its name, for people; the same at all nodes
   * @throws LockstepError `collectiveMismatch`
   * @example
   * const mine = world.dup('solver');
   */
  dup(name = `${this.name}/dup`): Communicator {
    const context = this.agreeOnContext('dup');
    const copy = this.derive(context, name, this.group);
    this.attributes.copyTo(copy.attributes);
    return copy;
  }

  /**
   * Makes a communicator for each color, of the nodes that gave it (MPI standard 4.0, section 7.4.2).
   *
   * @param color any number or string; `undefined` for no communicator
   * @param key orders the nodes in the new one; those with the same key stay in the order of their ranks
   * @returns the communicator of this node's color; undefined without a color
   * @throws LockstepError `collectiveMismatch`
   * @example
   * const row = world.split(Math.floor(world.rank / columns));
   * const rowSum = row.allreduce(value);
   */
  split<C extends number | string | undefined>(
    color: C,
    key = 0,
  ): C extends undefined ? Communicator | undefined : Communicator {
    const made = this.splitBy('split', color, key);
    return made as C extends undefined ? Communicator | undefined : Communicator;
  }

  /**
   * Makes a communicator for each machine, of the nodes that run there and share its memory
   * (MPI_Comm_split_type with MPI_COMM_TYPE_SHARED).
   *
   * @param type only `host` so far
   * @param key orders the nodes in the new one
   * @throws LockstepError `collectiveMismatch`
   * @example
   * const here = world.splitType('host');
   * if (here.rank === 0) log(`${here.size} nodes on this machine`);
   */
  splitType(type: 'host', key = 0): Communicator {
    return this.splitBy('splitType', `${type} ${this.engine.host}`, key) as Communicator;
  }

  /**
   * Makes a communicator of a group of this one's nodes. All nodes of this one call it.
   *
   * @param group the same at all nodes, such as `world.group.exclude([0])`
   * @param name its name, for people; the same at all nodes
   * @returns the communicator; undefined at nodes that are not in the group
   * @throws LockstepError `collectiveMismatch`
   */
  create(group: Group, name = `${this.name}/group`): Communicator | undefined {
    const context = this.agreeOnContext('create');
    return group.rank === undefined ? undefined : this.derive(context, name, group);
  }

  /**
   * Makes a communicator of the nodes of this one that live, whoever fails meanwhile, and also where this one was revoked
   * (see `revoke`). All nodes that live call it. Ranks are those of this one, closed up.
   *
   * @param name its name, for people; the same at all nodes
   * @example
   * world.revoke();
   * const survivors = world.shrink();
   */
  shrink(name = `${this.name}/shrunk`): Communicator {
    const { groups } = this.engine;
    const { context, failed } = this.agreements.decide('shrink', { flag: -1, context: groups.next });
    groups.next = context;
    return this.derive(context, name, this.group.exclude(failed));
  }

  /** How this communicator compares with another one. */
  compare(other: Communicator): Comparison {
    if (other === this) return 'identical';
    const groups = this.group.compare(other.group);
    return groups === 'identical' ? 'congruent' : groups;
  }

  /** @internal What a communicator of some of this one's nodes is made of; enters its context. */
  forNodes(
    context: number,
    name: string,
    members: readonly number[],
  ): [engine: ProgressEngine, context: number, name: string, group: Group] {
    const group = this.group.include(members.map((member) => this.group.rankOf(member) as number));
    this.engine.groups.add(context, group);
    this.engine.failures.inherit(this.context, context);
    return [this.engine, context, name, group];
  }

  /** @internal What an intercommunicator of this one's nodes and those of another group is made of. */
  towards(
    context: number,
    name: string,
    others: readonly number[],
  ): [engine: ProgressEngine, context: number, name: string, local: Group, remote: Group] {
    const { engine, group } = this;
    engine.failures.inherit(this.context, context);
    return [engine, context, name, group, new Group(others, engine.rank)];
  }

  private splitBy(
    call: Collective,
    color: number | string | undefined,
    key: number,
  ): Communicator | undefined {
    const all = this.allWords(call, { color, key, next: this.engine.groups.next });
    const context = Math.max(...all.map(({ next }) => next));
    this.engine.groups.next = context;
    if (color === undefined) return undefined;
    const ranks = all.flatMap((each, rank) => (each.color === color ? [rank] : []));
    ranks.sort((a, b) => (all[a]?.key ?? 0) - (all[b]?.key ?? 0) || a - b);
    return this.derive(context, `${this.name}/${color}`, this.group.include(ranks));
  }

  private derive(context: number, name: string, group: Group): Communicator {
    this.engine.groups.add(context, group);
    this.engine.failures.inherit(this.context, context);
    return new Communicator(this.engine, context, name, group);
  }
}

/** The communicator of all nodes, on this node's progress engine. Call it once for each engine. */
export function createWorld(engine: ProgressEngine): Communicator {
  const everybody = Array.from({ length: engine.size }, (_, rank) => rank);
  return new Communicator(engine, 0, 'world', new Group(everybody, engine.rank));
}
