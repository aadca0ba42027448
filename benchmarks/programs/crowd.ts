/**
 * The program of `bench crowd`: so many messages of 8 bytes in all, however many nodes there are. Node 0 prints the
 * microseconds of processor time a message, of all nodes together with all their threads.
 */
import { type Communicator, spmd } from 'lockstep';

/** Each batch has its own measurement; the first ones warm up. */
const batches = 8;
const warmUps = 3;

const data = new Uint8Array(8);

/** What a node does for its part of the messages. */
const patterns: Record<string, (world: Communicator, messages: number) => void> = {
  /** Two nodes send to and fro; the others wait for the end. */
  pair(world, messages) {
    if (world.rank < 2) toAndFro(world, messages / 2);
    if (world.rank === 0) for (let other = 2; other < world.size; other += 1) world.send(data, other);
    if (world.rank >= 2) world.recv(0);
  },
  /** One message goes round. */
  ring(world, messages) {
    const { rank, size } = world;
    for (let i = 0; i < messages / size; i += 1) {
      if (rank === 0) world.send(data, 1);
      world.recv((rank + size - 1) % size);
      if (rank !== 0) world.send(data, (rank + 1) % size);
    }
  },
  /** All nodes in pairs send to and fro at once. */
  pairs(world, messages) {
    toAndFro(world, messages / world.size);
  },
};

export default spmd(({ world, args, log }) => {
  const [pattern = '', messages = ''] = args;
  const microseconds: number[] = [];
  for (let batch = 0; batch < batches; batch += 1) {
    world.barrier();
    const before = process.cpuUsage();
    patterns[pattern]?.(world, Number(messages));
    const { user, system } = process.cpuUsage(before);
    const total = world.reduce(user + system);
    if (total !== undefined && batch >= warmUps) microseconds.push(total / Number(messages));
  }
  if (world.rank === 0) log(JSON.stringify({ cpuMicroseconds: [Math.min(...microseconds)] }));
});

function toAndFro(world: Communicator, trips: number): void {
  const other = world.rank ^ 1;
  for (let i = 0; i < trips; i += 1) {
    if (world.rank < other) world.send(data, other);
    world.recv(other);
    if (world.rank > other) world.send(data, other);
  }
}
