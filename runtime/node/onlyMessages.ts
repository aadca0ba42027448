/**
 * Finds out whether nothing but a message can make a program go on that awaits: no timer, file, socket, child process
 * or work of the thread pool is under way.
 *
 * Node.js knows that itself: a process whose event loop holds nothing ends, and says `beforeExit` first. So the runtime
 * lets go of what it holds the loop with, and waits for that word, or for the next turn of a loop that lives on.
 * Assumption: a program whose last pending work does not keep a process alive (a timer after `unref()`) waits for messages
 * alone, as by itself such a process would end.
 */

/** What the runtime keeps a node's event loop alive with. */
interface Hold {
  ref(): void;
  unref(): void;
}

/** A loop that lives on comes round to a timer of this length. */
const turnMs = 1;

export class OnlyMessages {
  private looking: Promise<boolean> | undefined;

  constructor(private readonly holds: readonly Hold[]) {}

  /** True if the event loop holds nothing; nothing of the runtime may be under way but what was given. */
  probe(): Promise<boolean> {
    this.looking ??= this.look().finally(() => (this.looking = undefined));
    return this.looking;
  }

  private async look(): Promise<boolean> {
    // What the program wants to do at its end must not happen now.
    const listeners = process.rawListeners('beforeExit') as (() => void)[];
    process.removeAllListeners('beforeExit');
    for (const hold of this.holds) hold.unref();
    const isEmpty = await new Promise<boolean>((resolve) => {
      const ended = (): void => {
        clearTimeout(turn);
        for (const hold of this.holds) hold.ref();
        resolve(true);
      };
      const turn = setTimeout(() => {
        process.removeListener('beforeExit', ended);
        for (const hold of this.holds) hold.ref();
        resolve(false);
      }, turnMs);
      turn.unref();
      process.once('beforeExit', ended);
    });
    for (const listener of listeners) process.on('beforeExit', listener);
    return isEmpty;
  }
}
