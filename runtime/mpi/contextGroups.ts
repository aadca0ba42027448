import { ANY_SOURCE, type Envelope } from '../protocol/envelope';
import type { Group } from './group';
import type { OpenCall } from './operation';

/** A communicator, as far as others have to know it. */
interface Known {
  readonly name: string;
}

/**
 * Context ids of a node's communicators, and whose ranks each has. A communicator takes two contexts, one for its
 * messages and one for its collectives; those of `world` need no translation.
 */
export class ContextGroups {
  /** The lowest context that no communicator of this node has; the members of a new one agree on the highest of theirs. */
  next = contextsOfOne;
  /** Number of the latest window that this node has part in. */
  windows = 0;
  /** The calls that made the windows which are not freed. */
  readonly openWindows = new Set<OpenCall>();
  private readonly groups = new Map<number, Group>();
  private readonly communicators = new Map<number, WeakRef<Known>>();

  /**
   * Enters a new communicator, whose ranks stand for the nodes of a group; where its collectives have others, for those of
   * `ofCollectives` in these.
   */
  add(context: number, group: Group, ofCollectives = group): void {
    this.groups.set(context, group);
    this.groups.set(context + 1, ofCollectives);
    this.next = Math.max(this.next, context + contextsOfOne);
  }

  /** A rank of the communicator as one of world; ANY_SOURCE stays as it is. */
  worldRank(context: number, rank: number): number {
    if (context < contextsOfOne || rank === ANY_SOURCE) return rank;
    return this.groups.get(context)?.members[rank] ?? rank;
  }

  /** The rank, in its communicator, of the node that sent a message. */
  sourceOf({ communicator, source }: Envelope): number {
    return this.rankIn(communicator, source);
  }

  /** A rank of world as one of the communicator; ANY_SOURCE stays as it is. */
  rankIn(context: number, worldRank: number): number {
    if (context < contextsOfOne || worldRank === ANY_SOURCE) return worldRank;
    return this.groups.get(context)?.rankOf(worldRank) ?? worldRank;
  }

  /** True if a rank of world is of the communicator. */
  has(context: number, worldRank: number): boolean {
    return context < contextsOfOne || this.groups.get(context)?.rankOf(worldRank) !== undefined;
  }

  /** Remembers which communicator has a context, for as long as the program has it. */
  register(context: number, communicator: Known): void {
    this.communicators.set(context, new WeakRef(communicator));
  }

  /** The communicators that the program has, in the order in which they were made. */
  all(): Known[] {
    return [...this.communicators.values()].flatMap((each) => each.deref() ?? []);
  }

  /** The name of the communicator that a context belongs to. */
  nameOf(context: number): string {
    const own = context - (context % contextsOfOne);
    return this.communicators.get(own)?.deref()?.name ?? `communicator ${own}`;
  }
}

/** Messages, and collectives. */
const contextsOfOne = 2;
