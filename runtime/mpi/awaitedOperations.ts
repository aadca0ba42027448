import type { Endpoint } from '../transport/endpoint';
import type { Operation } from './operation';

/** The operations that a program awaits: while there are any, arrivals are taken in whenever the event loop is idle. */
export class AwaitedOperations {
  private count = 0;
  private pumping = false;

  constructor(private readonly endpoint: Pick<Endpoint, 'arrival'>) {}

  /** Resolves when an operation is done; `progress` takes in what has arrived. */
  async completion(operation: Operation, progress: () => void): Promise<void> {
    if (operation.done) return;
    const done = new Promise<void>((resolve) => {
      const next = operation.onDone;
      operation.onDone = () => {
        resolve();
        next?.();
      };
    });
    this.count += 1;
    if (!this.pumping) void this.pump(progress);
    await done;
    this.count -= 1;
  }

  private async pump(progress: () => void): Promise<void> {
    this.pumping = true;
    progress();
    while (this.count > 0) {
      await this.endpoint.arrival();
      progress();
    }
    this.pumping = false;
  }
}
