import { driver, task } from 'lockstep';
import { matrix, multiplyRows, order, trace } from './matrix';
import { mergeSorted, numbers } from './sorting';

// At the top level, so that every node knows them: nodes exchange names, arguments and results, never code.
export const multiply = task('multiply', multiplyRows);
export const sort = task('sort', (part: Float64Array) => part.sort());
export const merge = task('merge', mergeSorted);

const bands = 8;
const parts = 8;

/** A matrix product and a sort as one job: nodes that have nothing to do for the one take tasks of the other. */
export default driver(async ({ scheduler, log }) => {
  const job = scheduler.job('matrix and sort', { retries: 1 });

  // Each task takes some rows of a; b goes once to each node.
  const a = matrix(1);
  const b = scheduler.share(matrix(2));
  const height = order / bands;
  const rows = Array.from({ length: bands }, (_, i) =>
    job.add(multiply, [a.subarray(i * height * order, (i + 1) * height * order), b]),
  );

  // Sorted parts are merged in pairs. A task can be an argument: the result goes from node to node, past the driver.
  const data = numbers(400_000);
  const length = data.length / parts;
  let sorted = Array.from({ length: parts }, (_, i) =>
    job.add(sort, [data.subarray(i * length, (i + 1) * length)]),
  );
  while (sorted.length > 1) {
    const pairs = sorted.filter((_, i) => i % 2 === 0);
    sorted = pairs.map((left, i) => job.add(merge, [left, sorted[2 * i + 1]], { priority: 1 }));
  }

  const product = new Float64Array(order * order);
  let done = 0;
  for await (const band of scheduler.asCompleted(rows)) {
    product.set(await band.result, rows.indexOf(band) * height * order);
    done += 1;
  }
  log(`product: ${done} bands, trace ${trace(product)}`);

  const [result] = await Promise.all(sorted.map((each) => each.result));
  const isSorted = result.every((value, i) => i === 0 || result[i - 1] <= value);
  log(
    `sort: ${result.length} numbers, ${isSorted ? 'in order' : 'not in order'}, median ${result[result.length / 2]}`,
  );
  log(`${job.progress.done} tasks of ${job.progress.total} are done`);
});
