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
import { diagonalSum, largestDifference, multiplyAdd, randomRows, serialProduct, type Rows } from './rows';

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
    if (step < size - 1) b = world.sendrecv<Rows>(b, left, 0, right, 0);
  }

  const seconds = world.allreduce((performance.now() - start) / 1000, MAX); // the slowest node counts
  const blocks = world.gather(c);

  if (blocks) {
    const product = Float64Array.from(blocks.flatMap((block) => [...block]));
    const aloneStart = performance.now();
    const expected = serialProduct(randomRows('A', 0, n, n), randomRows('B', 0, n, n), n);
    const aloneSeconds = (performance.now() - aloneStart) / 1000;

    log(`${n} × ${n} on all nodes: ${speed(n, seconds)}`);
    log(`${n} × ${n} on node 0 alone: ${speed(n, aloneSeconds)}`);
    log(`sum of the diagonal: ${diagonalSum(product, n).toFixed(6)}`);
    log(`largest error: ${largestDifference(product, expected).toExponential(1)}`);
  }
});

function speed(n: number, seconds: number): string {
  return `${seconds.toFixed(3)} s, ${((2 * n ** 3) / seconds / 1e9).toFixed(2)} gflop/s`;
}
