import { ANY_SOURCE, type Envelope } from '../protocol/envelope';
import type { Group } from './group';

/**
 * Context ids of a node's communicators, and whose ranks each has. A communicator takes two contexts, one for its
 * messages and one for its collectives; those of `world` need no translation.
 */
export class ContextGroups {
  /** The lowest context that no communicator of this node has; the members of a new one agree on the highest of theirs. */
  next = contextsOfOne;
  private readonly groups = new Map<number, Group>();

  /** Enters a new communicator, whose ranks stand for the nodes of a group. */
  add(context: number, group: Group): void {
    for (let offset = 0; offset < contextsOfOne; offset += 1) this.groups.set(context + offset, group);
    this.next = Math.max(this.next, context + contextsOfOne);
  }

  /** A rank of the communicator as one of world; ANY_SOURCE stays as it is. */
  worldRank(context: number, rank: number): number {
    if (context < contextsOfOne || rank === ANY_SOURCE) return rank;
    return this.groups.get(context)?.members[rank] ?? rank;
  }

  /** The rank, in its communicator, of the node that sent a message. */
  sourceOf({ communicator, source }: Envelope): number {
    if (communicator < contextsOfOne) return source;
    return this.groups.get(communicator)?.rankOf(source) ?? source;
  }
}

/** Messages, and collectives. */
const contextsOfOne = 2;
