import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { isMainThread } from 'node:worker_threads';
import { ANY_SOURCE, ANY_TAG } from '../protocol/envelope';
import { Status } from './status';
import { waitAll } from './waitRequests';
import { type RankProgram, ThreadCluster, serveRank } from './testing/threadCluster';

const range = (size: number): number[] => Array.from({ length: size }, (_, i) => i);

const programs: Record<string, RankProgram> = {
  ring(world) {
    const right = (world.rank + 1) % world.size;
    const left = (world.rank + world.size - 1) % world.size;
    world.send(`from ${world.rank}`, right, 7);
    return world.recv<string>(left, 7);
  },

  /** Every rank but 0 sends 300 messages with three tags in turn; 0 takes tag 2 first, then 1, then 0. */
  interleavedTags(world) {
    if (world.rank > 0) {
      for (let i = 0; i < 300; i++) world.send(i, 0, i % 3);
      return undefined;
    }
    return [2, 1, 0].map((tag) =>
      range(world.size - 1).map((i) => range(100).map(() => world.recv<number>(i + 1, tag))),
    );
  },

  wildcards(world) {
    if (world.rank > 0) {
      for (let i = 0; i < 100; i++) world.send({ from: world.rank, i }, 0, (world.rank * 100 + i) % 5);
      return undefined;
    }
    return range(100 * (world.size - 1)).map(() => {
      const status = new Status();
      const value = world.recv<{ from: number; i: number }>(ANY_SOURCE, ANY_TAG, status);
      return { ...value, source: status.source, tag: status.tag };
    });
  },

  probeThenReceive(world) {
    if (world.rank > 0) {
      world.send(new Float64Array(world.rank), 0, world.rank);
      return undefined;
    }
    return range(world.size - 1).map(() => {
      const { source, tag, bytes, count } = world.probe();
      const value = world.recv<Float64Array>(source, tag);
      return { source, tag, bytes, count, length: value.length };
    });
  },

  /** Everybody sends much to everybody, themselves too, before anybody receives. */
  everybodyAtOnce(world) {
    const sends = range(world.size).map((to) =>
      world.isend(new Float64Array(2 ** 17).fill(world.rank * 10 + to), to, 3),
    );
    const right = range(world.size).every((source) => {
      const data = world.recv<Float64Array>(source, 3);
      return data.length === 2 ** 17 && data.every((value) => value === source * 10 + world.rank);
    });
    waitAll(sends);
    return right;
  },

  exchange(world) {
    const other = world.size - 1 - world.rank;
    const status = new Status();
    const got = world.sendrecv<number[]>([world.rank], other, world.rank, other, other, status);
    return [got, status.source, status.tag];
  },

  toItself(world) {
    world.send('a', world.rank, 1);
    world.send('b', world.rank, 2);
    world.send(new Map([[1, { deep: new Set([2n]) }]]), world.rank, 1);
    return [world.recv(world.rank, 2), world.recv(), world.recv(world.rank, 1)];
  },

  nested(world) {
    const value = {
      list: [1, -0, undefined],
      at: new Date(5),
      grid: new Float32Array(4000).fill(0.5),
      id: 7n,
    };
    if (world.rank === 0) for (const to of range(world.size - 1)) world.send(value, to + 1);
    return world.rank === 0 ? value : world.recv(0);
  },
};

if (isMainThread) {
  for (const size of [2, 3, 4]) {
    describe(`point to point on ${size} ranks`, () => {
      let cluster: ThreadCluster;
      before(() => {
        cluster = new ThreadCluster(__filename, size);
      });
      after(() => cluster.close());

      it('a ring', async () => {
        const expected = range(size).map((rank) => `from ${(rank + size - 1) % size}`);
        assert.deepEqual(await cluster.run('ring'), expected);
      });

      it('messages of one tag keep their order, whatever else is taken between them', async () => {
        const [first] = await cluster.run('interleavedTags');
        const ofTag = (tag: number): number[] => range(100).map((i) => 3 * i + tag);
        assert.deepEqual(
          first,
          [2, 1, 0].map((tag) => range(size - 1).map(() => ofTag(tag))),
        );
      });

      it('ANY_SOURCE and ANY_TAG take all, each source in its order', async () => {
        const [first] = await cluster.run('wildcards');
        const all = first as { from: number; i: number; source: number; tag: number }[];
        for (const source of range(size - 1).map((i) => i + 1)) {
          const ofSource = all.filter((each) => each.source === source);
          assert.deepEqual(
            ofSource,
            range(100).map((i) => ({ from: source, i, source, tag: (source * 100 + i) % 5 })),
          );
        }
      });

      it('probe tells what the next recv will get', async () => {
        const [first] = await cluster.run('probeThenReceive');
        const bySource = (first as { source: number }[]).sort((a, b) => a.source - b.source);
        assert.deepEqual(
          bySource,
          range(size - 1).map((i) => ({
            source: i + 1,
            tag: i + 1,
            bytes: 8 * (i + 1),
            count: i + 1,
            length: i + 1,
          })),
        );
      });

      it('all send 1 MiB to all before they receive', async () => {
        assert.deepEqual(
          await cluster.run('everybodyAtOnce'),
          range(size).map(() => true),
        );
      });

      it('sendrecv exchanges, also with oneself', async () => {
        assert.deepEqual(
          await cluster.run('exchange'),
          range(size).map((rank) => [[size - 1 - rank], size - 1 - rank, size - 1 - rank]),
        );
      });

      it('a node sends to itself', async () => {
        const expected = ['b', 'a', new Map([[1, { deep: new Set([2n]) }]])];
        assert.deepEqual(
          await cluster.run('toItself'),
          range(size).map(() => expected),
        );
      });

      it('objects with typed arrays in them', async () => {
        const [sent, ...received] = await cluster.run('nested');
        for (const each of received) assert.deepStrictEqual(each, sent);
      });
    });
  }
} else {
  serveRank(programs);
}
