/**
 * The program of `bench metrics`: a fixed amount of work, half of it computing, half of it passing messages.
 * Node 0 prints how many milliseconds each took.
 */
import { spmd } from 'lockstep';

const operations = 400_000_000;
const messages = 2_000_000;

export default spmd(({ world, log }) => {
  const { rank, size } = world;
  const measure = (work: () => void): number => {
    world.barrier();
    const startMs = performance.now();
    work();
    world.barrier();
    return performance.now() - startMs;
  };
  const computeMs = measure(compute);
  const messagesMs = measure(() => {
    for (let i = 0; i < messages; i++) {
      world.sendrecv(i, (rank + 1) % size, 0, (rank + size - 1) % size, 0);
    }
  });
  if (rank === 0) log(JSON.stringify({ computeMs, messagesMs }));
});

function compute(): void {
  let x = 1;
  for (let i = 0; i < operations; i++) x = (x * 48271) & 0x7fffffff;
  if (x < 0) throw new Error('The computation went wrong.');
}
