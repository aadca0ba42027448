/** What signals do to a run: the first that is to end it lets it end in good order, Ctrl+\ asks where every node is. */
export class RunSignals {
  /** Somebody wants it to end. */
  interrupted = false;
  /** Called when somebody does. */
  onInterrupt: () => void = () => undefined;
  onQuit: () => void = () => undefined;

  constructor() {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => this.interrupt());
    process.on('SIGQUIT', () => this.onQuit());
  }

  private interrupt(): void {
    this.interrupted = true;
    this.onInterrupt();
  }
}
