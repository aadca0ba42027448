import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { assertSucceeded, programs, withCluster } from './withCluster';

/** Odd sizes run with an eager limit that most messages of the suite are above, even ones with the usual one. */
const eagerLimitOf = (size: number): number => (size % 2 === 0 ? 65_536 : 256);

/** Sockets are read and written by the main threads where there are native calls, else by the agents. */
const ways = [
  { transport: 'shm', env: {} },
  { transport: 'socket', env: {} },
  { transport: 'socket', env: { LOCKSTEP_NATIVE: 'off' } },
] as const;

for (const { transport, env } of ways) {
  const by = 'LOCKSTEP_NATIVE' in env ? ' of the agents' : '';
  describe(`the rules of the MPI standard between real processes, over ${transport}${by}`, () => {
    for (let size = 1; size <= 9; size += 1) {
      test(`on ${size} node(s)`, () =>
        withCluster(async ({ run }) => {
          const ended = await run(join(programs, 'conformance.ts'), size, {
            transport,
            env,
            eagerLimitBytes: eagerLimitOf(size),
          });
          assertSucceeded(ended);
          assert.equal(ended.info.transport, transport);
          assert.match(ended.job.lines().join('\n'), /^\d+ rules hold$/);
        }));
    }
  });
}
