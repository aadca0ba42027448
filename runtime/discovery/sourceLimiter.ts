/** At most so many datagrams a second of one source are looked into (a token bucket a source). */

const perSecond = 100;
const burst = 200;
/** Sources that are remembered; the one that was new longest ago is forgotten first. */
const maximumSources = 1024;

export class SourceLimiter {
  private readonly buckets = new Map<string, { left: number; atMs: number }>();

  /** Whether a datagram of this source, now, is looked into. */
  admits(source: string, atMs: number): boolean {
    const bucket = this.buckets.get(source) ?? { left: burst, atMs };
    bucket.left = Math.min(burst, bucket.left + ((atMs - bucket.atMs) / 1000) * perSecond);
    bucket.atMs = atMs;
    if (!this.buckets.has(source)) this.add(source, bucket);
    if (bucket.left < 1) return false;
    bucket.left -= 1;
    return true;
  }

  /** How many sources are remembered. */
  get size(): number {
    return this.buckets.size;
  }

  private add(source: string, bucket: { left: number; atMs: number }): void {
    const [oldest] = this.buckets.keys();
    if (oldest !== undefined && this.buckets.size >= maximumSources) this.buckets.delete(oldest);
    this.buckets.set(source, bucket);
  }
}
