/**
 * The program of `bench p2p`: a value goes from node 0 to node 1 and back, as in `p2p.py`. Node 0 prints the
 * microseconds of one way for each case.
 */
import { type Communicator, spmd } from 'lockstep';
import { batches, type Case, casesOf, oneWayMicroseconds } from './pingPong';

export default spmd(({ world, args, log }) => {
  const results = casesOf(args).map((each) => {
    const { trips } = each;
    const data = dataOf(each);
    const receive = receiverOf(world, each);
    const batchMs: number[] = [];
    for (let batch = -1; batch < batches; batch += 1) {
      const startMs = performance.now();
      for (let i = 0; i < trips; i += 1) {
        if (world.rank === 0) world.send(data, 1);
        receive();
        if (world.rank === 1) world.send(data, 0);
      }
      if (batch >= 0) batchMs.push(performance.now() - startMs); // the first one warms up
    }
    return oneWayMicroseconds(batchMs, trips);
  });
  if (world.rank === 0) log(JSON.stringify({ oneWayMicroseconds: results }));
});

function dataOf({ kind, bytes }: Case): unknown {
  switch (kind) {
    case 'number':
      return 1.5;
    case 'string':
      return 'a short string';
    case 'object':
      return { a: 1, b: 2.5 };
    case 'doubles':
      return new Float64Array(bytes / 8).fill(1.5);
    default:
      return new Uint8Array(bytes).fill(1);
  }
}

function receiverOf(world: Communicator, { call, kind, bytes }: Case): () => void {
  const other = 1 - world.rank;
  if (call === 'recv') return () => void world.recv(other);
  const buffer = kind === 'doubles' ? new Float64Array(bytes / 8) : new Uint8Array(bytes);
  return () => void world.recvInto(buffer, other);
}
