/** Counts the output of a node that a client is not sent, until the client is told. */
export class LeftOut {
  private lines = 0;
  private bytes = 0;

  /** `text` (whole lines, joined by newlines) was left out. */
  add(text: string): void {
    this.bytes += Buffer.byteLength(text) + 1;
    this.lines += text.split('\n').length;
  }

  /** A sentence about what was left out since the last call, if anything. */
  notice(reason: string): string | undefined {
    if (this.lines === 0) return undefined;
    const text = `${this.lines} lines (${this.bytes} bytes) left out: ${reason}`;
    this.lines = 0;
    this.bytes = 0;
    return text;
  }
}
