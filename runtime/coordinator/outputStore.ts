/** The newest output of a job's nodes, bounded, for clients that come later. */
import type { OutputLines } from '../protocol/control';

/** What is kept of each node. */
const keptCharsPerNode = 256 * 1024;

export class OutputStore {
  private readonly kept: OutputLines[] = [];
  private readonly chars = new Map<number, number>();

  add(lines: OutputLines): void {
    this.kept.push(lines);
    this.count(lines.rank, lines.text.length);
    while ((this.chars.get(lines.rank) ?? 0) > keptCharsPerNode) {
      const oldest = this.kept.findIndex(({ rank }) => rank === lines.rank);
      const [removed] = this.kept.splice(oldest, 1);
      if (!removed) return;
      this.count(lines.rank, -removed.text.length);
    }
  }

  /** Oldest first; of one node, when given. */
  list(rank?: number): OutputLines[] {
    return rank === undefined ? [...this.kept] : this.kept.filter((lines) => lines.rank === rank);
  }

  private count(rank: number, chars: number): void {
    this.chars.set(rank, (this.chars.get(rank) ?? 0) + chars);
  }
}
