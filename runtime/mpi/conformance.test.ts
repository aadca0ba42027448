import { after, before, describe, it } from 'node:test';
import { isMainThread, workerData } from 'node:worker_threads';
import { conformanceCases, runCase } from './conformance';
import * as mpi from './index';
import { type RankProgram, ThreadCluster, serveRank } from './testing/threadCluster';

/** Odd sizes run with a small eager limit, even ones with the usual one. */
const eagerLimitOf = (size: number): number => (size % 2 === 0 ? 65_536 : 256);

/** Sizes that divide by three run without memory that the ranks share. */
const sharesMemory = (size: number): boolean => size % 3 !== 0;

if (isMainThread) {
  for (let size = 1; size <= 9; size += 1) {
    describe(`rules of the standard, on ${size} ranks, eager up to ${eagerLimitOf(size)} bytes`, () => {
      let cluster: ThreadCluster;
      before(() => {
        cluster = new ThreadCluster(__filename, size);
      });
      after(() => cluster.close());
      for (const { rule, atLeast = 1 } of conformanceCases) {
        if (size >= atLeast) it(rule, async () => void (await cluster.run(rule)));
      }
    });
  }
} else {
  const { size } = workerData as { size: number };
  const programs = conformanceCases.map((each): [string, RankProgram] => [
    each.rule,
    (world) => runCase(each, world, mpi),
  ]);
  serveRank(Object.fromEntries(programs), { eagerLimitBytes: eagerLimitOf(size) }, sharesMemory(size));
}
