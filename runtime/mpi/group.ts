import { inspect } from 'node:util';
import { LockstepError } from '../protocol/errors';
import { show } from './arguments';

/** How two groups or communicators compare (MPI standard 4.0, section 7.3.1). */
export type Comparison =
  /** The same communicator. */
  | 'identical'
  /** The same nodes in the same order. */
  | 'congruent'
  /** The same nodes in another order. */
  | 'similar'
  | 'unequal';

/**
 * An ordered set of nodes (MPI standard 4.0, section 7.3): what a communicator is made of. Groups are values: the
 * operations on them return new ones and need no communication.
 *
 * @example
 * const even = world.group.include([0, 2, 4]);
 * const team = world.create(even);      // undefined at the others
 */
export class Group {
  /** How many nodes it has. */
  readonly size: number;
  /** @internal By world rank. */
  private readonly ranks: ReadonlyMap<number, number>;

  /** @internal `members` are world ranks, each once; `own` is this node's. */
  constructor(
    /** @internal */ readonly members: readonly number[],
    private readonly own: number,
  ) {
    this.size = members.length;
    this.ranks = new Map(members.map((member, rank) => [member, rank]));
  }

  /** The rank of this node in the group; undefined if it is not in it. */
  get rank(): number | undefined {
    return this.ranks.get(this.own);
  }

  /** @internal What `log` and the debugger show of it: the members' ranks in `world`. */
  [inspect.custom](): string {
    return `Group of ${this.size === 1 ? 'node' : 'nodes'} ${this.members.join(', ') || 'none'}`;
  }

  /** The nodes of this group, then those of the other that are not in it. */
  union(other: Group): Group {
    return this.of([...this.members, ...other.members.filter((member) => !this.ranks.has(member))]);
  }

  /** The nodes of this group that are in the other too, in the order of this one. */
  intersection(other: Group): Group {
    return this.of(this.members.filter((member) => other.ranks.has(member)));
  }

  /** The nodes of this group that are not in the other, in the order of this one. */
  difference(other: Group): Group {
    return this.of(this.members.filter((member) => !other.ranks.has(member)));
  }

  /**
   * The nodes with these ranks, in this order.
   *
   * @throws LockstepError `badGroup` if a rank is not of the group, or named twice
   */
  include(ranks: readonly number[]): Group {
    this.check('include', ranks);
    return this.of(ranks.map((rank) => this.members[rank] as number));
  }

  /**
   * The nodes without these ranks.
   *
   * @throws LockstepError `badGroup` if a rank is not of the group, or named twice
   */
  exclude(ranks: readonly number[]): Group {
    this.check('exclude', ranks);
    const excluded = new Set(ranks);
    return this.of(this.members.filter((_, rank) => !excluded.has(rank)));
  }

  /** For ranks of this group, their ranks in the other; undefined for those that are not in it. */
  translateRanks(ranks: readonly number[], other: Group): (number | undefined)[] {
    this.check('translateRanks', ranks, false);
    return ranks.map((rank) => other.ranks.get(this.members[rank] as number));
  }

  /** How the two compare: `identical` if they have the same nodes in the same order. */
  compare(other: Group): Exclude<Comparison, 'congruent'> {
    if (this.size !== other.size) return 'unequal';
    if (this.members.every((member, rank) => member === other.members[rank])) return 'identical';
    return this.members.every((member) => other.ranks.has(member)) ? 'similar' : 'unequal';
  }

  /** @internal The rank of a node, by its world rank. */
  rankOf(worldRank: number): number | undefined {
    return this.ranks.get(worldRank);
  }

  private of(members: readonly number[]): Group {
    return new Group(members, this.own);
  }

  private check(operation: string, ranks: readonly number[], once = true): void {
    const wrong = ranks.find((rank) => !Number.isInteger(rank) || rank < 0 || rank >= this.size);
    if (wrong !== undefined) {
      const problem = `${show(wrong)} is not a rank of the group, which has ranks 0 to ${this.size - 1}`;
      throw new LockstepError('badGroup', { operation, problem });
    }
    const twice = once ? ranks.find((rank, i) => ranks.indexOf(rank) !== i) : undefined;
    if (twice !== undefined) {
      throw new LockstepError('badGroup', { operation, problem: `rank ${twice} is named twice` });
    }
  }
}
