/** Bytes that go over a stream and back: the peers of `bench p2p` that are plain streams. */
import type { Readable, Writable } from 'node:stream';
import { batches } from './pingPong';

export class Trips {
  private missing = 0;
  private arrived: () => void = () => undefined;

  /** The two may be the same. */
  constructor(
    input: Readable,
    private readonly output: Writable,
  ) {
    input.on('data', (chunk: Buffer) => {
      this.missing -= chunk.length;
      if (this.missing === 0) this.arrived();
    });
  }

  /** Milliseconds of each batch of trips there and back. */
  async measure(bytes: number, trips: number): Promise<number[]> {
    const batchMs: number[] = [];
    for (let batch = -1; batch < batches; batch += 1) {
      const startMs = performance.now();
      await this.repeat(bytes, trips, (data, next) => {
        this.await(bytes, next);
        this.output.write(data);
      });
      if (batch >= 0) batchMs.push(performance.now() - startMs); // the first one warms up
    }
    return batchMs;
  }

  /** The other side of `measure`: sends back each message once it is here whole. */
  echo(bytes: number, trips: number): Promise<void> {
    return this.repeat(bytes, trips * (batches + 1), (data, next) =>
      this.await(bytes, () => {
        next(); // first waits for the next one
        this.output.write(data);
      }),
    );
  }

  private await(bytes: number, arrived: () => void): void {
    this.missing = bytes;
    this.arrived = arrived;
  }

  private repeat(
    bytes: number,
    trips: number,
    trip: (data: Uint8Array, next: () => void) => void,
  ): Promise<void> {
    const data = new Uint8Array(bytes).fill(1);
    return new Promise((resolve) => {
      let left = trips;
      const next = () => {
        if (left === 0) return resolve();
        left -= 1;
        trip(data, next);
      };
      next();
    });
  }
}
