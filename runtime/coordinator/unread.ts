/**
 * Bounds what is kept in memory for a client that reads slower than it is written to, or not at all, and that nobody
 * waits for. Pure: who writes tells what was written and what was taken.
 */
export class Unread {
  private bytes = 0;

  constructor(private readonly limitBytes: number) {}

  /** True if so much more may be written without exceeding a share of the room; it counts until it was taken. */
  admit(bytes: number, share: number): boolean {
    if (this.bytes > 0 && this.bytes + bytes > this.limitBytes * share) return false;
    this.bytes += bytes;
    return true;
  }

  /** So much of what was admitted has been taken. */
  taken(bytes: number): void {
    this.bytes -= bytes;
  }

  /** True while most of the room is free: the client reads. */
  get flows(): boolean {
    return this.bytes * 4 <= this.limitBytes;
  }
}
