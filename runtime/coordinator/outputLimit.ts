/** Bounds the output that one client is sent of one node; what is left out is counted and said. */
import { LeftOut } from './leftOut';

const newline = 10;

export class OutputLimit {
  private available: number;
  private refilledAtMs: number;
  private readonly leftOut = new LeftOut();

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
    this.leftOut.add((end > 0 ? bytes.subarray(end + 1) : bytes).toString());
    if (end <= 0) return undefined;
    this.available -= end;
    return bytes.toString('utf8', 0, end);
  }

  /** A sentence about what was left out since the last call, if anything. */
  notice(): string | undefined {
    return this.leftOut.notice(`more than ${this.bytesPerSecond} bytes a second`);
  }
}
