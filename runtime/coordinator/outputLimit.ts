/** Bounds the output that one client is sent of one node; what is left out is counted and said. */

const newline = 10;

export class OutputLimit {
  private available: number;
  private refilledAtMs: number;
  private leftOutLines = 0;
  private leftOutBytes = 0;

  constructor(
    private readonly bytesPerSecond: number,
    nowMs: number,
  ) {
    this.available = bytesPerSecond;
    this.refilledAtMs = nowMs;
  }

  /** The part of `text` (whole lines) that may be sent now. */
  pass(text: string, nowMs: number): string | undefined {
    const refill = ((nowMs - this.refilledAtMs) / 1000) * this.bytesPerSecond;
    this.available = Math.min(this.bytesPerSecond, this.available + refill);
    this.refilledAtMs = nowMs;
    const bytes = Buffer.from(text);
    if (bytes.length <= this.available) {
      this.available -= bytes.length;
      return text;
    }
    const end = bytes.lastIndexOf(newline, Math.floor(this.available));
    const rest = end > 0 ? bytes.subarray(end + 1) : bytes;
    this.leftOutBytes += rest.length + 1;
    this.leftOutLines += rest.toString().split('\n').length;
    if (end <= 0) return undefined;
    this.available -= end;
    return bytes.toString('utf8', 0, end);
  }

  /** A sentence about what was left out since the last call, if anything. */
  notice(): string | undefined {
    if (this.leftOutLines === 0) return undefined;
    const text = `${this.leftOutLines} lines (${this.leftOutBytes} bytes) left out: more than ${this.bytesPerSecond} bytes a second`;
    this.leftOutLines = 0;
    this.leftOutBytes = 0;
    return text;
  }
}
