/** Share of a period in which a slowed process runs; short, so that nobody takes it for dead. */
const periodMs = 40;

/** How much of a processor a process group may take: all, a share (it runs and is stopped in turn), or nothing. */
export class Throttle {
  private timer: NodeJS.Timeout | undefined;

  /** `signal` sends a signal to the group; false if there is nothing left of it. */
  constructor(private readonly signal: (signal: 'SIGSTOP' | 'SIGCONT') => boolean) {}

  /** 1 is full speed, 0 is stopped. */
  set(share: number): void {
    clearTimeout(this.timer);
    if (share <= 0) this.signal('SIGSTOP');
    else if (share >= 1) this.signal('SIGCONT');
    else this.run(share);
  }

  /** The process has ended. */
  dispose(): void {
    clearTimeout(this.timer);
  }

  private run(share: number): void {
    if (!this.signal('SIGCONT')) return;
    this.timer = setTimeout(() => this.rest(share), periodMs * share);
  }

  private rest(share: number): void {
    if (!this.signal('SIGSTOP')) return;
    this.timer = setTimeout(() => this.run(share), periodMs * (1 - share));
  }
}
