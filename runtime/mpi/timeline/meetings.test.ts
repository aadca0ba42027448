import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isMainThread } from 'node:worker_threads';
import { OperationReader } from '../../protocol/operations';
import { SUM } from '../operations';
import { type RankProgram, serveRank, ThreadCluster } from '../testing/threadCluster';
import { OperationRecorder } from './operationRecorder';
import { OperationRing } from './operationRing';

const algorithm = 'sharedMemory';
/** What a record says of a meeting. */
type Meeting = [communicator: number, number: number, others: number];

const memory = OperationRing.allocate();

/** The meetings that are recorded of the even and the odd ranks among themselves, from their second call on, and of all. */
const meet: RankProgram = (world) => {
  const ring = new OperationRing(memory);
  const half = world.split(world.rank % 2);
  half?.barrier({ algorithm });
  ring.wanted = true;
  half?.allreduce(1, SUM, { algorithm });
  // Too long for a slot, in stages, then of lengths that do not go together.
  half?.allreduce(new Float64Array(5000), SUM, { algorithm });
  half?.allreduce('a'.repeat(5000), (a, b) => a + b, { algorithm });
  world.barrier({ algorithm });
  world.barrier({ algorithm: 'linear' });
  const meetings: Meeting[] = [];
  ring.drain((bytes) => {
    const reader = new OperationReader(bytes);
    for (let i = 0; i < reader.length; i += 1) {
      const { kind, messageId, tag, peer } = reader.operation(i, { names: [], sites: [] }, 0);
      if (kind === 'call') meetings.push([messageId, tag, peer]);
    }
  });
  return meetings;
};

if (isMainThread) {
  describe('the record of a collective in shared memory', () => {
    it('has the number of the call, and what its communicator alone is called', async () => {
      const cluster = new ThreadCluster(__filename, 5);
      try {
        const all = (await cluster.run('meet')) as Meeting[][];
        const [even, odd] = all as [Meeting[], Meeting[]];
        assert.deepEqual(all, [even, odd, even, odd, even]);
        const numbers = even.map(([, number, others]) => [number, others]);
        assert.deepEqual(numbers.slice(0, 3), [
          [1, 2],
          [2, 2],
          [3, 2],
        ]);
        assert.deepEqual(
          odd.slice(0, 3).map(([, number, others]) => [number, others]),
          [
            [1, 1],
            [2, 1],
            [3, 1],
          ],
        );
        const names = [...even, ...odd].map(([communicator]) => communicator);
        assert.equal(new Set(names.slice(0, 3)).size, 1);
        const [ofEven, , , ofWorld, none] = names;
        assert.equal(new Set([ofEven, odd[0]?.[0], ofWorld, none]).size, 4);
        assert.deepEqual(even[3], odd[3]);
        assert.deepEqual(even[4], [-1, -1, -1]);
      } finally {
        await cluster.close();
      }
    });
  });
} else {
  const recorder = new OperationRecorder(
    new OperationRing(memory),
    { key: () => 0, locate: () => undefined },
    () => performance.now(),
    { onName: () => undefined, onSite: () => undefined },
  );
  serveRank({ meet }, { recorder }, true);
}
