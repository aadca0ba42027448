import type { Endpoint } from '../transport/endpoint';
import type { Wait } from '../protocol/node';
import type { Operation } from './operation';

/** The operations that a program awaits: while there are any, arrivals are taken in whenever the event loop is idle. */
export class AwaitedOperations {
  /** What the program awaits. */
  readonly waits = new Set<Wait>();
  private pumping = false;

  constructor(private readonly endpoint: Pick<Endpoint, 'arrival'>) {}

  /** Resolves when an operation is done; `progress` takes in what has arrived. */
  async completion(operation: Operation, wait: Wait, progress: () => void): Promise<void> {
    if (operation.done) return;
    const done = new Promise<void>((resolve) => {
      const next = operation.onDone;
      operation.onDone = () => {
        resolve();
        next?.();
      };
    });
    this.waits.add(wait);
    if (!this.pumping) void this.pump(progress);
    await done;
    this.waits.delete(wait);
  }

  private async pump(progress: () => void): Promise<void> {
    this.pumping = true;
    progress();
    while (this.waits.size > 0) {
      await this.endpoint.arrival();
      progress();
    }
    this.pumping = false;
  }
}
