/**
 * What has arrived at a node and may not be seen yet: late, or from beyond a cut. Pure; time is handed in.
 *
 * Of each source the messages keep their order, but those that are loose, which only their time orders.
 */
import type { Message } from '../../protocol/envelope';

/** A message, when it may be seen, and whether it is to be numbered anew. */
export interface Held {
  message: Message;
  dueMs: number;
  unnumbered: boolean;
}

interface Source {
  ordered: Held[];
  loose: Held[];
  cut: boolean;
}

export class Holding {
  /** By rank. */
  private readonly sources: (Source | undefined)[];

  constructor(size: number) {
    this.sources = Array.from({ length: size }, () => ({ ordered: [], loose: [], cut: false }));
  }

  /** Takes in a message of a source. */
  hold(held: Held, loose: boolean): void {
    const source = this.sourceOf(held.message.envelope.source);
    if (!loose) {
      source.ordered.push(held);
      return;
    }
    const { loose: others } = source;
    let at = others.length;
    while (at > 0 && (others[at - 1] as Held).dueMs > held.dueMs) at -= 1;
    others.splice(at, 0, held);
  }

  /** Nothing from this source is to be seen, or it is again. */
  cut(rank: number, cut: boolean): void {
    this.sourceOf(rank).cut = cut;
  }

  /** The message that is due longest, out of the sources that can be seen. */
  take(nowMs: number): Held | undefined {
    const first = this.first();
    return first && (first[0] as Held).dueMs <= nowMs ? first.shift() : undefined;
  }

  /** When the next is due; Infinity if nothing is on its way. */
  get nextMs(): number {
    return this.first()?.[0]?.dueMs ?? Infinity;
  }

  /** True if nothing is held at all. */
  get isEmpty(): boolean {
    return this.sources.every((source) => !source || source.ordered.length + source.loose.length === 0);
  }

  /** Messages that a cut keeps from being seen. */
  cutOff(rank: number): number {
    const { cut, ordered, loose } = this.sourceOf(rank);
    return cut ? ordered.length + loose.length : 0;
  }

  /** A node that has joined later has its place from its first message, or fault, on. */
  private sourceOf(rank: number): Source {
    return (this.sources[rank] ??= { ordered: [], loose: [], cut: false });
  }

  private first(): Held[] | undefined {
    let best: Held[] | undefined;
    for (const source of this.sources) {
      if (!source || source.cut) continue;
      const { ordered, loose } = source;
      for (const queue of [ordered, loose]) {
        const [head] = queue;
        if (head && (!best || head.dueMs < (best[0] as Held).dueMs)) best = queue;
      }
    }
    return best;
  }
}
