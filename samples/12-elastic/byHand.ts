import { driver, task } from 'lockstep';

const pieces = 24;
const perPiece = 100_000;

/** How many primes there are in a piece of the numbers. */
export const count = task('count', (piece: number) => {
  const isPrime = (n: number) => {
    for (let d = 2; d * d <= n; d += 1) if (n % d === 0) return false;
    return n > 1;
  };
  let primes = 0;
  for (let n = piece * perPiece; n < (piece + 1) * perPiece; n += 1) if (isPrime(n)) primes += 1;
  return primes;
});

/** The same work on as many nodes as the arguments say, one after the other. */
export default driver(async ({ scheduler, cluster, args, log }) => {
  for (const nodes of args.length > 0 ? args.map(Number) : [2, 3, 5, 2]) {
    await cluster.scale(nodes);
    const beganMs = performance.now();
    const tasks = scheduler.job(`on ${nodes}`).map(count, [...Array(pieces).keys()]);
    const found = await Promise.all(tasks.map(({ result }) => result));
    const primes = found.reduce((sum, each) => sum + each);
    log(`nodes: ${cluster.size}, ${primes} primes in ${Math.round(performance.now() - beganMs)} ms`);
  }
});
