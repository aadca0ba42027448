/** Calls back when the cluster's clock has come to a time; the event loop does not live for it. */
export class DueTimer {
  private armed: { atMs: number; handle: NodeJS.Timeout } | undefined;

  constructor(
    private readonly nowMs: () => number,
    private readonly onDue: () => void,
  ) {}

  /** Calls back at this time, if it would not earlier. */
  arm(dueMs: number | undefined): void {
    if (dueMs === undefined || (this.armed && this.armed.atMs <= dueMs)) return;
    clearTimeout(this.armed?.handle);
    const handle = setTimeout(
      () => {
        this.armed = undefined;
        this.onDue();
      },
      Math.max(1, dueMs - this.nowMs()),
    );
    handle.unref(); // what a look brings about is no event that the program waits for
    this.armed = { atMs: dueMs, handle };
  }

  close(): void {
    clearTimeout(this.armed?.handle);
  }
}
