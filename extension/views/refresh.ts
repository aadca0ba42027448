import type { Disposable } from '../../runtime/core/disposable';

/** Runs `refresh` once an interval at most, however often it is asked for; asked for while hidden, once shown. */
export class Refresh implements Disposable {
  private timer: NodeJS.Timeout | undefined;
  private stale = false;

  constructor(
    private readonly intervalMs: number,
    private readonly isVisible: () => boolean,
    private readonly refresh: () => void,
  ) {}

  /** Asks for a refresh. */
  request(): void {
    this.stale = true;
    if (!this.isVisible()) return;
    this.timer ??= setTimeout(() => this.run(), this.intervalMs);
  }

  /** To be called when visibility changes. */
  visibilityChanged(): void {
    if (this.stale) this.request();
  }

  dispose(): void {
    clearTimeout(this.timer);
  }

  private run(): void {
    this.timer = undefined;
    this.stale = false;
    this.refresh();
  }
}
