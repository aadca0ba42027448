/**
 * A program that passes messages all the time and computes a little: Jacobi's iteration on a grid that is cut in two, as
 * in the textbooks. Each step exchanges the rows at the cut; each tenth adds up what has changed. Node 0 prints the
 * microseconds of one step.
 */
import { spmd, SUM } from 'lockstep';
import { batches } from './pingPong';

const columns = 128;
const rows = 32;
const steps = 200;

export default spmd(({ world, log }) => {
  const other = 1 - world.rank;
  let grid = new Float64Array((rows + 2) * columns).fill(world.rank);
  let next = grid.slice();
  const rowAt = (row: number): Float64Array => grid.subarray(row * columns, (row + 1) * columns);
  const [inner, outer] = world.rank === 0 ? [rows, rows + 1] : [1, 0];
  let fastestMs = Infinity;
  for (let batch = -1; batch < batches; batch += 1) {
    const startMs = performance.now();
    for (let step = 0; step < steps; step += 1) {
      const coming = world.irecvInto(rowAt(outer), other, 1);
      world.send(rowAt(inner), other, 1);
      coming.wait();
      const changed = relax(grid, next);
      [grid, next] = [next, grid];
      if (step % 10 === 9) world.allreduce(changed, SUM);
    }
    if (batch >= 0) fastestMs = Math.min(fastestMs, performance.now() - startMs); // the first one warms up
  }
  if (world.rank === 0) log(JSON.stringify({ stepMicroseconds: [(fastestMs * 1000) / steps] }));
});

/** One step inside of the borders; answers how much has changed. */
function relax(from: Float64Array, to: Float64Array): number {
  let changed = 0;
  for (let row = 1; row <= rows; row += 1) {
    for (let at = row * columns + 1; at < (row + 1) * columns - 1; at += 1) {
      const value =
        ((from[at - 1] as number) +
          (from[at + 1] as number) +
          (from[at - columns] as number) +
          (from[at + columns] as number)) /
        4;
      changed += Math.abs(value - (from[at] as number));
      to[at] = value;
    }
  }
  return changed;
}
