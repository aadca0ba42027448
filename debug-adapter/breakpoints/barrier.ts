/**
 * A breakpoint that holds the nodes which arrive until all have: a barrier that the debugger puts into the program.
 * It decides; whoever uses it stops and releases nodes. A node that ends is awaited no longer.
 */
export class Barrier {
  private readonly arrived = new Set<number>();

  /** A node has come; it stays until `leave` or `open`. */
  arrive(rank: number): void {
    this.arrived.add(rank);
  }

  /** A node goes on without the others, or has ended. */
  leave(rank: number): void {
    this.arrived.delete(rank);
  }

  get held(): number {
    return this.arrived.size;
  }

  /** The nodes to stop, in rank order, once every one that is awaited has arrived; then the barrier starts anew. */
  open(awaited: Iterable<number>): number[] {
    if (this.arrived.size === 0) return [];
    for (const rank of awaited) if (!this.arrived.has(rank)) return [];
    return this.clear();
  }

  /** Forgets all nodes that are held and answers which they were. */
  clear(): number[] {
    const ranks = [...this.arrived].sort((a, b) => a - b);
    this.arrived.clear();
    return ranks;
  }
}
