/**
 * The program of `bench collectives`: doubles are combined and exchanged, into arrays that are there, as in `collectives.py`. Node 0 prints the
 * microseconds of one call, by the slowest node, for each case, and the algorithm that was chosen. The fastest batch counts, as in pingPong.ts.
 */
import { MAX, spmd, SUM } from 'lockstep';

const batches = 15;

export default spmd(({ world, args, log }) => {
  const rows = args.map((word) => {
    const [call, bytes, calls] = word.split(':') as [string, string, string];
    const data = new Float64Array(Number(bytes) / 8).fill(world.rank);
    const result = new Float64Array(data.length);
    const parts = Array.from({ length: world.size }, () => data);
    const results = parts.map(() => new Float64Array(data.length));
    const once =
      call === 'allreduce'
        ? () => void world.allreduce(data, SUM, { into: result })
        : () => void world.alltoall(parts, { into: results });
    const batchUs: number[] = [];
    for (let batch = -1; batch < batches; batch += 1) {
      world.barrier();
      const startMs = performance.now();
      for (let i = 0; i < Number(calls); i += 1) once();
      const us = ((performance.now() - startMs) * 1000) / Number(calls);
      if (batch >= 0) batchUs.push(us); // the first one warms up
    }
    const algorithm = world.lastCollective?.algorithm ?? '';
    return { algorithm, us: world.allreduce(Math.min(...batchUs), MAX) };
  });
  if (world.rank === 0) log(JSON.stringify({ collectives: rows }));
});
