/**
 * The program of `bench p2p`: bytes go from node 0 to node 1 and back, as in `p2p.py`. Node 0 prints the microseconds
 * of one way for each case.
 */
import { spmd } from 'lockstep';
import { batches, casesOf, oneWayMicroseconds } from './pingPong';

export default spmd(({ world, args, log }) => {
  const results = casesOf(args).map(({ bytes, trips }) => {
    const data = new Uint8Array(bytes).fill(1);
    const batchMs: number[] = [];
    for (let batch = -1; batch < batches; batch += 1) {
      const startMs = performance.now();
      for (let i = 0; i < trips; i += 1) {
        if (world.rank === 0) world.send(data, 1);
        const received = world.recv<Uint8Array>(1 - world.rank);
        if (received.length !== bytes) throw new Error(`${received.length} bytes came, not ${bytes}.`);
        if (world.rank === 1) world.send(data, 0);
      }
      if (batch >= 0) batchMs.push(performance.now() - startMs); // the first one warms up
    }
    return oneWayMicroseconds(batchMs, trips);
  });
  if (world.rank === 0) log(JSON.stringify({ oneWayMicroseconds: results }));
});
