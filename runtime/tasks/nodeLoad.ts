/** How often a node says how loaded it is. */
const everyMs = 500;

/** A node's load: busy share of its processor since the last look, and resident memory. */
export type Load = [cpu: number, usedMemoryMiB: number];

/** Looks at this process now and then, when it is asked to. */
export class NodeLoad {
  private atMs = performance.now();
  private used = process.cpuUsage();

  constructor(private readonly tell: (load: Load) => void) {}

  look(nowMs: number): void {
    const elapsedMs = nowMs - this.atMs;
    if (elapsedMs < everyMs) return;
    const { user, system } = process.cpuUsage(this.used);
    this.atMs = nowMs;
    this.used = process.cpuUsage();
    this.tell([Math.min(1, (user + system) / 1000 / elapsedMs), process.memoryUsage.rss() / 2 ** 20]);
  }
}
