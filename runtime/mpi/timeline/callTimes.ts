/**
 * When a node's calls begin and end. A look at the clock takes about a tenth of what a small message takes, so none
 * is on its way: it would delay the other node's call too, and the next message.
 *
 * - What is over at once, a small message that leaves or that lies here, has one look, when it is done: for a send, when the
 *   message is on its way. Its call is taken to have begun as long ago as such a call lasts.
 * - A call that waits has a look when it begins to, and one after every few glances at what it waits for. The last of these,
 *   before it was found, is the end of the call.
 * - What takes longer, a large message, a sleep, a call of the system, is timed at both ends.
 *
 * So times are right to some tenths of a microsecond. A thread from which the machine takes the processor between a look
 * and what it stands for can be off by as long: see `leftAt` (protocol/operations.ts) for what that means for a message.
 */

/** What a call takes that does not wait and whose message is small. */
const quickMs = 0.0002;
/** So many records are made of the latest look, at most: many messages may be found one after the other. */
const usesOfLook = 2;

export class CallTimes {
  /** Begin of the present call; NaN until it is known. */
  beginMs = NaN;
  private latestMs = 0;
  /** For so many records the latest look is good enough. */
  private uses = 0;
  private isSlow = false;

  constructor(
    /** Milliseconds of the machine's monotonic clock. */
    private readonly nowMs: () => number,
  ) {}

  /** A call begins: when, will be known at the first look. */
  start(): void {
    this.beginMs = NaN;
    this.uses = 0;
    this.isSlow = false;
  }

  /** The call is over. */
  stop(): void {
    this.uses = 0;
  }

  /** The call begins to wait. */
  wait(): void {
    this.look();
    this.uses = usesOfLook;
  }

  /** The begin of the call has to be known. */
  begin(): void {
    if (Number.isNaN(this.beginMs)) this.wait();
  }

  /** It has not found yet what it waits for; to be told every few glances. */
  readonly tick = (): void => {
    this.latestMs = this.nowMs();
    this.uses = usesOfLook;
  };

  /** What comes next may take long: a sleep, a call of the system, a long copy. */
  pause(): void {
    if (Number.isNaN(this.beginMs)) this.look();
    this.isSlow = true;
  }

  /** The time of something that has just happened in the call. */
  moment(): number {
    if (this.isSlow || this.uses === 0) return this.look();
    this.uses -= 1;
    return this.latestMs;
  }

  /** Looks at the clock. */
  look(): number {
    const before = this.latestMs;
    const now = (this.latestMs = this.nowMs());
    if (Number.isNaN(this.beginMs)) this.beginMs = Math.max(before, now - quickMs);
    return now;
  }

  /** The latest look. */
  get latest(): number {
    return this.latestMs;
  }
}
