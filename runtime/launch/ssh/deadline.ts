/** How long a host may take to answer: time in which a person is asked does not count. */
import type { Disposable } from '../../core/disposable';
import type { Prompter } from './sshTarget';

/** Calls back once when so much time has passed in which nobody was being asked. */
export class Deadline implements Disposable {
  private timer: NodeJS.Timeout | undefined;
  private asking = 0;

  constructor(
    private limitMs: number,
    private readonly onExpired: () => void,
  ) {
    this.restart();
  }

  /** The prompter whose questions stop the time; after an answer the host has the whole limit again. */
  around(prompter: Prompter): Prompter {
    const stopped = async <T>(answer: Promise<T>): Promise<T> => {
      this.asking++;
      clearTimeout(this.timer);
      try {
        return await answer;
      } finally {
        if (--this.asking === 0) this.restart();
      }
    };
    return {
      confirmHostKey: (question) => stopped(prompter.confirmHostKey(question)),
      secret: (question) => stopped(prompter.secret(question)),
    };
  }

  /** From now on the host may take so long. */
  allow(limitMs: number): void {
    this.limitMs = limitMs;
    if (this.asking > 0) return; // the answer starts it
    clearTimeout(this.timer);
    this.restart();
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.asking = Number.POSITIVE_INFINITY; // an answer that comes later starts nothing
  }

  private restart(): void {
    this.timer = setTimeout(this.onExpired, this.limitMs);
  }
}
