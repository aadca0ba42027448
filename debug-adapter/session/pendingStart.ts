/** A job that is being started or attached to, and what was asked meanwhile: it is done once there is a session. */
export class PendingStart {
  private readonly abort = new AbortController();
  /** The job is to end at once. */
  endWanted = false;
  /** All nodes are to stop. */
  pauseWanted = false;

  /** Aborted when the start is to be given up. */
  get signal(): AbortSignal {
    return this.abort.signal;
  }

  /** Nobody waits for it any more. */
  giveUp(): void {
    this.abort.abort();
  }
}
