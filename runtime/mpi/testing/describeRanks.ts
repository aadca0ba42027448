/** Tests of programs that threads run together (threadCluster.ts), described from tables of them by name. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type RankProgram, ThreadCluster } from './threadCluster';

/** What each rank runs, and what each has to bring. */
export interface RankCase {
  program: RankProgram;
  expected: (rank: number, size: number) => unknown;
}

/** Programs that bring a result at every rank, on so many; `file` is the test's own bundle, `more` adds tests of its own. */
export function describeRanks(
  title: string,
  file: string,
  size: number,
  cases: Readonly<Record<string, RankCase>>,
  more?: (run: (program: string) => Promise<unknown[]>) => void,
): void {
  describe(title, () => {
    let cluster: ThreadCluster;
    before(() => {
      cluster = new ThreadCluster(file, size);
    });
    after(() => cluster.close());
    for (const [name, { expected }] of Object.entries(cases)) {
      it(name, async () => {
        assert.deepStrictEqual(
          await cluster.run(name),
          Array.from({ length: size }, (_, rank) => expected(rank, size)),
        );
      });
    }
    more?.((program) => cluster.run(program));
  });
}

/** Programs of two ranks that cannot go well, each on threads of its own. */
export function describeMismatches(
  title: string,
  file: string,
  cases: Readonly<Record<string, { program: RankProgram; expected: RegExp }>>,
): void {
  describe(title, () => {
    for (const [name, { expected }] of Object.entries(cases)) {
      it(name, async () => {
        const cluster = new ThreadCluster(file, 2);
        try {
          await assert.rejects(cluster.run(name), expected);
        } finally {
          await cluster.close();
        }
      });
    }
  });
}
