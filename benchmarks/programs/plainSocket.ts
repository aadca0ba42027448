/**
 * The peer of `bench p2p` without Lockstep in the way: the same trips over a plain Node.js socket between the main
 * threads of two nodes. The first argument is the path of the Unix socket.
 */
import { connect, createServer } from 'node:net';
import type { Duplex } from 'node:stream';
import { spmd } from 'lockstep';
import { batches, casesOf, oneWayMicroseconds } from './pingPong';

export default spmd(async ({ world, args, log }) => {
  const [path = '', ...cases] = args;
  if (world.rank === 1) {
    const server = createServer();
    const accepted = new Promise<Duplex>((resolve) => server.once('connection', resolve));
    await new Promise<void>((resolve) => server.listen(path, resolve));
    world.send('listening', 0);
    const socket = new Trips(await accepted);
    server.close();
    for (const { bytes, trips } of casesOf(cases)) await socket.echo(bytes, trips * (batches + 1));
  } else {
    world.recv(1);
    const socket = new Trips(connect(path));
    const results: number[] = [];
    for (const { bytes, trips } of casesOf(cases)) results.push(await socket.measure(bytes, trips));
    log(JSON.stringify({ oneWayMicroseconds: results }));
    socket.end();
  }
});

/** Trips over a stream. */
class Trips {
  private missing = 0;
  private arrived: () => void = () => undefined;

  constructor(private readonly stream: Duplex) {
    stream.on('data', (chunk: Buffer) => {
      this.missing -= chunk.length;
      if (this.missing === 0) this.arrived();
    });
  }

  end(): void {
    this.stream.end();
  }

  async measure(bytes: number, trips: number): Promise<number> {
    const batchMs: number[] = [];
    for (let batch = -1; batch < batches; batch += 1) {
      const startMs = performance.now();
      await this.repeat(bytes, trips, (data, next) => {
        this.await(bytes, next);
        this.stream.write(data);
      });
      if (batch >= 0) batchMs.push(performance.now() - startMs);
    }
    return oneWayMicroseconds(batchMs, trips);
  }

  echo(bytes: number, trips: number): Promise<void> {
    return this.repeat(bytes, trips, (data, next) =>
      this.await(bytes, () => {
        next(); // first listens for the next one
        this.stream.write(data);
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
