/** So many runs have to have been short, and so short in the mean. */
const enough = 16;
const shortMs = 0.05;
const following = 0.1;

/** Which functions are known to be short: with these, what has ended need not be told before each. */
export class ShortTasks {
  private readonly counts: number[] = [];
  private readonly meansMs: number[] = [];

  isShort(functionNumber: number): boolean {
    return (this.counts[functionNumber] ?? 0) >= enough && (this.meansMs[functionNumber] as number) < shortMs;
  }

  add(functionNumber: number, tookMs: number): void {
    const count = this.counts[functionNumber] ?? 0;
    const meanMs = this.meansMs[functionNumber] ?? tookMs;
    this.counts[functionNumber] = count + 1;
    this.meansMs[functionNumber] = meanMs + following * (tookMs - meanMs);
  }
}
