/**
 * Matrix multiplication, C = A × B, with every matrix cut into blocks of rows, one block a node.
 *
 * To compute its block of C a node needs its own block of A and all of B. No node ever holds all of B: the
 * blocks of B travel round the ring of nodes, and everybody multiplies with the block at hand.
 *
 *     step 0    node 0 has B0    node 1 has B1    node 2 has B2    node 3 has B3
 *     step 1    node 0 has B1    node 1 has B2    node 2 has B3    node 3 has B0
 *     step 2    node 0 has B2    node 1 has B3    node 2 has B0    node 3 has B1
 *     step 3    node 0 has B3    node 1 has B0    node 2 has B1    node 3 has B2
 *
 * Cost for n × n numbers on p nodes: each node computes 2n³/p operations, and sends p - 1 messages of n²/p numbers.
 */
import { MAX, spmd } from 'lockstep';
import { multiplyAdd, randomRows, serialProduct } from './rows';

export default spmd(({ world, log, args }) => {
  const { rank, size } = world;
  const left = (rank + size - 1) % size;
  const right = (rank + 1) % size;

  const n = Number(args[0] ?? 480);
  const firstRow = (node: number) => Math.floor((node * n) / size);
  const first = firstRow(rank);
  const last = firstRow(rank + 1); // the first one that is no longer mine

  const a = randomRows('A', first, last, n);
  let b = randomRows('B', first, last, n);
  const c = new Float64Array((last - first) * n);

  world.barrier(); // everybody is ready: the clock starts
  const start = performance.now();

  for (let step = 0; step < size; step++) {
    const owner = (rank + step) % size; // whose block of B is at hand
    multiplyAdd(c, a, b, firstRow(owner), n);
    if (step < size - 1) b = world.sendrecv(b, left, 0, right, 0);
  }

  const seconds = (performance.now() - start) / 1000;
  const slowest = world.reduce(seconds, MAX);
  const blocks = world.gather(c);

  if (blocks && slowest) {
    const product = blocks.flatMap((block) => [...block]);
    const serialStart = performance.now();
    const expected = serialProduct(randomRows('A', 0, n, n), randomRows('B', 0, n, n), n);
    const serialSeconds = (performance.now() - serialStart) / 1000;

    const speed = (time: number) => `${time.toFixed(3)} s, ${((2 * n ** 3) / time / 1e9).toFixed(2)} gflop/s`;
    let error = 0;
    for (let i = 0; i < n * n; i++) error = Math.max(error, Math.abs(product[i] - expected[i]));
    let trace = 0;
    for (let i = 0; i < n; i++) trace += product[i * n + i];

    log(`${n} × ${n} on ${size} nodes: ${speed(slowest)}`);
    log(`${n} × ${n} on node 0 alone: ${speed(serialSeconds)}`);
    log(`sum of the diagonal: ${trace.toFixed(6)}`);
    log(`largest error: ${error.toExponential(1)}`);
  }
});
