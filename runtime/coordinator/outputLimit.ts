/** Bounds the output that one client is sent of one node; what is left out is counted and said. */

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
    if (text.length <= this.available) {
      this.available -= text.length;
      return text;
    }
    const end = text.lastIndexOf('\n', this.available);
    const passed = end > 0 ? text.slice(0, end) : undefined;
    const rest = passed === undefined ? text : text.slice(end + 1);
    this.available -= passed?.length ?? 0;
    this.leftOutBytes += rest.length + 1;
    this.leftOutLines += rest.split('\n').length;
    return passed;
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
