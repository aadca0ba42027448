import { isMainThread } from 'node:worker_threads';
import { ANY_SOURCE, ANY_TAG, PROC_NULL } from '../protocol/envelope';
import { SUM } from './operations';
import { Status } from './status';
import { describeRanks, type RankCase } from './testing/describeRanks';
import { serveRank } from './testing/threadCluster';
import { createCart, createDims } from './topologies/cartesian';
import { createGraph } from './topologies/graph';
import { waitAll } from './waitRequests';

const range = (size: number): number[] => Array.from({ length: size }, (_, i) => i);
const sameParity = (rank: number, size: number) => range(size).filter((each) => each % 2 === rank % 2);
const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);

const cases: Record<string, RankCase> = {
  'dup: messages of one communicator never meet those of another': {
    program: (world) => {
      const [a, b] = [world.dup('a'), world.dup('b')];
      const right = (world.rank + 1) % world.size;
      world.send('world', right, 1);
      b.send('b', right, 1);
      a.send('a', right, 1);
      return [a.recv(), world.recv(), b.recv(), a.name, world.compare(a), a.compare(a)];
    },
    expected: () => ['a', 'world', 'b', 'a', 'congruent', 'identical'],
  },
  'split: ranks, sources and collectives are of the new communicator': {
    program: (world) => {
      const half = world.split(world.rank % 2);
      const status = new Status();
      half.send(world.rank, (half.rank + 1) % half.size, 5);
      const token = half.recv<number>(ANY_SOURCE, ANY_TAG, status);
      return [
        half.rank,
        half.size,
        token,
        status.source,
        half.allreduce(world.rank, SUM),
        half.allgather(world.rank),
        half.name,
      ];
    },
    expected: (rank, size) => {
      const members = sameParity(rank, size);
      const place = members.indexOf(rank);
      const left = (place - 1 + members.length) % members.length;
      const name = `world/${rank % 2}`;
      return [place, members.length, members[left], left, sum(members), members, name];
    },
  },
  'split: keys order, and who has no color gets none': {
    program: (world) => {
      const turned = world.split('all', -world.rank);
      const some = world.split(world.rank === 0 ? undefined : 'rest');
      return [turned.rank, turned.allgather(world.rank), some && [some.rank, some.size]];
    },
    expected: (rank, size) => [
      size - 1 - rank,
      range(size).reverse(),
      rank === 0 ? undefined : [rank - 1, size - 1],
    ],
  },
  'splits of splits, and requests in them': {
    program: (world) => {
      const half = world.split(world.rank % 2);
      const quarter = half.split(half.rank % 2);
      const other = quarter.size - 1 - quarter.rank;
      const requests = [quarter.irecv<number>(other, 3), quarter.isend(world.rank, other, 3)] as const;
      const [received] = waitAll(requests);
      return [received, quarter.iallreduce(1).wait(), half.iallgather(world.rank).wait()];
    },
    expected: (rank, size) => {
      const half = sameParity(rank, size);
      const quarter = half.filter((_, i) => i % 2 === half.indexOf(rank) % 2);
      return [quarter[quarter.length - 1 - quarter.indexOf(rank)], quarter.length, half];
    },
  },
  'create: of a group; others get none, and may make their own afterwards': {
    program: (world) => {
      const group = world.group.exclude([world.size - 1]);
      const most = world.size > 1 ? world.create(group) : undefined;
      const again = world.dup();
      return [most?.allreduce(1), most?.rank, again.allreduce(1)];
    },
    expected: (rank, size) => {
      const isIn = size > 1 && rank < size - 1;
      return [isIn ? size - 1 : undefined, isIn ? rank : undefined, size];
    },
  },
  'splitType: the nodes of a machine': {
    program: (world) => world.splitType('host').size,
    expected: (_, size) => size,
  },
  'attributes go along with a duplicate, unless they are not to': {
    program: (world) => {
      const mine = world.dup();
      mine.attributes.set('solver', { steps: 3 });
      mine.attributes.set('scratch', 1, { copied: false });
      const copy = mine.dup();
      return [copy.attributes.get('solver'), copy.attributes.get('scratch'), mine.attributes.get('scratch')];
    },
    expected: () => [{ steps: 3 }, undefined, 1],
  },
  'a torus: every node gets from the one before what that gave to the one after': {
    program: (world) => {
      const dims = createDims(world.size, 2);
      const grid = createCart(world, dims, { periods: [true, true] })!;
      const given = range(4).map((place) => `${grid.rank}>${place}`);
      const { source, destination } = grid.shift(0);
      const row = grid.sub([false, true]);
      return [
        grid.coordinates,
        grid.neighborAllgather(grid.rank),
        grid.neighborAlltoall(given),
        grid.sendrecv(grid.rank, destination, 0, source, 0),
        row.dims,
        row.allgather(grid.rank),
      ];
    },
    expected: (rank, size) => {
      const [rows, columns] = createDims(size, 2) as [number, number];
      const [row, column] = [Math.floor(rank / columns), rank % columns];
      const at = (r: number, c: number) => ((r + rows) % rows) * columns + ((c + columns) % columns);
      const [up, down] = [at(row - 1, column), at(row + 1, column)];
      const [left, right] = [at(row, column - 1), at(row, column + 1)];
      return [
        [row, column],
        [up, down, left, right],
        // Places of destinations: 0 up, 1 down, 2 left, 3 right; the one above gave me what it gave down.
        [`${up}>1`, `${down}>0`, `${left}>3`, `${right}>2`],
        up,
        [columns],
        range(columns).map((c) => at(row, c)),
      ];
    },
  },
  'a line has ends, and leaves out who is too many': {
    program: (world) => {
      const line = createCart(world, [Math.max(1, world.size - 1)]);
      return line && [line.sources, line.neighborAllgather(line.rank), line.rankAt([-1])];
    },
    expected: (rank, size) => {
      const places = Math.max(1, size - 1);
      if (rank >= places) return undefined;
      const before = rank > 0 ? rank - 1 : undefined;
      const next = rank < places - 1 ? rank + 1 : undefined;
      return [[before ?? PROC_NULL, next ?? PROC_NULL], [before, next], PROC_NULL];
    },
  },
  'a graph: the neighbours that each names': {
    program: (world) => {
      const { rank, size } = world;
      const star = rank === 0 ? createGraph(world, range(size).slice(1)) : createGraph(world, [0]);
      const ring = createGraph(world, [(rank - 1 + size) % size], [(rank + 1) % size]);
      return [star.neighborAllgather(rank), ring.neighborAlltoall([`from ${rank}`])];
    },
    expected: (rank, size) => [rank === 0 ? range(size).slice(1) : [0], [`from ${(rank - 1 + size) % size}`]],
  },
};

if (isMainThread) {
  for (const size of [1, 2, 3, 4, 6, 8, 9]) {
    describeRanks(`communicators of ${size} ranks`, __filename, size, cases);
  }
} else {
  serveRank(Object.fromEntries(Object.entries(cases).map(([name, { program }]) => [name, program])));
}
