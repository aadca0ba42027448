/**
 * The program of `bench debug`: some nodes are busy, some are blocked, some are idle, until the job is stopped.
 * Rank 0 to 2 compute, 3 to 5 wait for a message that never comes, the others wait in `await`.
 */
import { spmd } from 'lockstep';

export default spmd(async ({ world }) => {
  if (world.rank <= 2) compute();
  else if (world.rank <= 5) world.recv(0, 7);
  else await sleepForEver();
});

function compute(): void {
  let x = 1;
  for (;;) {
    x = (x * 16807) % 2147483647;
    x += 1;
  }
}

async function sleepForEver(): Promise<void> {
  for (;;) {
    await new Promise((done) => setTimeout(done, 20));
  }
}
