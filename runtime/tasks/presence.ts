/** Which nodes have said that they are there, or have failed before; for whoever waits for some of them. */
export class Presence {
  private readonly settled = new Set<number>();
  private readonly waiting = new Set<{ ranks: Set<number>; resolve: () => void }>();

  /** A node has said that it is there, or has failed: nobody waits for it any more. */
  settle(rank: number): void {
    this.settled.add(rank);
    for (const wait of this.waiting) {
      if (!wait.ranks.delete(rank) || wait.ranks.size > 0) continue;
      this.waiting.delete(wait);
      wait.resolve();
    }
  }

  /** Resolves once each of these is there, or has failed. */
  all(ranks: readonly number[]): Promise<void> {
    const missing = new Set(ranks.filter((rank) => !this.settled.has(rank)));
    if (missing.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.waiting.add({ ranks: missing, resolve }));
  }
}
