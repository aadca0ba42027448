/** The newest output of a job's nodes, bounded, for clients that come later. */
import type { OutputLines } from '../protocol/control';

/** What is kept of each node. */
const keptCharsPerNode = 256 * 1024;
/** What an entry takes beside its text, so that many short ones are bounded too. */
const entryChars = 64;

/** The output kept of one node: `entries` from `first` on. */
interface Kept {
  entries: { order: number; lines: OutputLines }[];
  first: number;
  chars: number;
}

export class OutputStore {
  private readonly nodes = new Map<number, Kept>();
  private added = 0;

  add(lines: OutputLines): void {
    let kept = this.nodes.get(lines.rank);
    if (!kept) this.nodes.set(lines.rank, (kept = { entries: [], first: 0, chars: 0 }));
    kept.entries.push({ order: this.added++, lines });
    kept.chars += lines.text.length + entryChars;
    while (kept.chars > keptCharsPerNode) {
      const oldest = kept.entries[kept.first++];
      kept.chars -= (oldest?.lines.text.length ?? 0) + entryChars;
    }
    // Now and then, not each time: moving the rest up costs as much as there is of it.
    if (kept.first * 2 > kept.entries.length) {
      kept.entries = kept.entries.slice(kept.first);
      kept.first = 0;
    }
  }

  /** Oldest first; of one node, when given. */
  list(rank?: number): OutputLines[] {
    const nodes = rank === undefined ? [...this.nodes.values()] : [this.nodes.get(rank)];
    return nodes
      .flatMap((kept) => kept?.entries.slice(kept.first) ?? [])
      .sort((a, b) => a.order - b.order)
      .map(({ lines }) => lines);
  }
}
