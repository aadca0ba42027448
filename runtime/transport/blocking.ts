import type { Wait } from '../protocol/node';
import type { WakeUp } from './endpoint';

/** How a main thread blocks and what it counts. */
export interface Blocking {
  /**
   * Blocks until `ready`, which is asked again after each ring of this node's bell. Before it sleeps it looks for a while;
   * `wait` is undefined where it is not the program that waits. `glance` is what it looks at then, if it is quicker to ask.
   * The wake-up ends it too.
   */
  block(wait: Wait | undefined, ready: () => boolean, glance?: () => boolean, wakeUp?: WakeUp): void;
  /** Resolves once `ready` may hold; the event loop runs meanwhile. */
  rung(ready: () => boolean): Promise<void>;
  /** What comes next may take long beside a small message: a call of the system. */
  pausing(): void;
  /** `bytes` are those of a message's payload. */
  countSent(peer: number, bytes: number): void;
  countReceived(bytes: number): void;
}
