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
  private readonly sources: Source[];

  constructor(size: number) {
    this.sources = Array.from({ length: size }, () => ({ ordered: [], loose: [], cut: false }));
  }

  /** Takes in a message of a source. */
  hold(held: Held, loose: boolean): void {
    const source = this.sources[held.message.envelope.source] as Source;
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
    (this.sources[rank] as Source).cut = cut;
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
    return this.sources.every(({ ordered, loose }) => ordered.length === 0 && loose.length === 0);
  }

  /** Messages that a cut keeps from being seen. */
  cutOff(rank: number): number {
    const { cut, ordered, loose } = this.sources[rank] as Source;
    return cut ? ordered.length + loose.length : 0;
  }

  private first(): Held[] | undefined {
    let best: Held[] | undefined;
    for (const { ordered, loose, cut } of this.sources) {
      if (cut) continue;
      for (const queue of [ordered, loose]) {
        const [head] = queue;
        if (head && (!best || head.dueMs < (best[0] as Held).dueMs)) best = queue;
      }
    }
    return best;
  }
}
