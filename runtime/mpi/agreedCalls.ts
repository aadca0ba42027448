import { planAllgather } from './collectives/allgather';
import { planBcast } from './collectives/bcast';
import type { Collective } from './collectives/signature';
import { NonblockingCollectives } from './nonblockingCollectives';

/** What the calls share that make something which all nodes of a communicator have: they exchange a word first. */
export abstract class AgreedCalls extends NonblockingCollectives {
  /** @internal A context that no node of this communicator has in use. */
  agreeOnContext(call: Collective): number {
    const context = Math.max(...this.allWords(call, this.engine.groups.next));
    this.engine.groups.next = context;
    return context;
  }

  /** @internal One node's word, at all nodes, under the name of the call that asks for it. */
  share<T>(call: Collective, word: T | undefined, root: number): T {
    return this.collectives.run(call, { root }, (node) => planBcast(node, word as T, root));
  }

  /** @internal Every node's word, by rank, under the name of the call that asks for it. */
  protected allWords<T>(call: Collective, word: T): T[] {
    return this.collectives.run(call, {}, (node) => planAllgather(node, word));
  }
}
