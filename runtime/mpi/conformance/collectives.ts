import type { Communicator } from '../communicator';
import { type ConformanceCase, type Mpi, ranks, ring, same } from './check';

const concat = (a: string, b: string): string => a + b;
/** One letter a rank: what concatenates them shows the order in which contributions were combined. */
const letter = (rank: number): string => String.fromCharCode(97 + rank);
const letters = (from: number, to: number): string =>
  ranks(to - from)
    .map((i) => letter(from + i))
    .join('');
const filled = (length: number, value: number): Int32Array => new Int32Array(length).fill(value);

/** Rules of the collective calls and of communicators: chapters 6 and 7. */
export const collectiveCases: ConformanceCase[] = [
  {
    rule: '6.3: nobody leaves a barrier before the last has entered it',
    atLeast: 2,
    run: (world: Communicator): void => {
      const { rank, size } = world;
      for (const last of ranks(size)) {
        if (rank === last) {
          for (const other of ranks(size)) if (other !== last) world.recv(other, 1);
          world.ibarrier().wait();
        } else {
          const request = world.ibarrier();
          same(request.test()[0], false, `the barrier that node ${last} has not entered`);
          world.send('it has not', last, 1);
          request.wait();
        }
      }
    },
  },
  {
    rule: '6.4 to 6.6: bcast, scatter and gather, from every root, also of nothing and above the eager limit',
    run: (world: Communicator): void => {
      const { rank, size } = world;
      for (const root of ranks(size)) {
        for (const length of [0, 1, world.eagerLimitBytes / 4 + 1]) {
          const data = rank === root ? filled(length, root + 1) : undefined;
          same(world.bcast(data, root), filled(length, root + 1), `bcast of ${length} elements`);
          const parts = rank === root ? ranks(size).map((to) => filled(length, to)) : undefined;
          same(world.scatter(parts, root), filled(length, rank), 'scatter');
          const all = world.gather(filled(length, rank), root);
          same(all, rank === root ? ranks(size).map((from) => filled(length, from)) : undefined, 'gather');
        }
      }
    },
  },
  {
    rule: '6.5 to 6.8: blocks may differ in length and be empty',
    run: (world: Communicator): void => {
      const { rank, size } = world;
      const counts = ranks(size);
      const joined = Int32Array.from(counts.flatMap((each) => [...filled(each, each)]));
      const root = size - 1;
      const all = { data: joined, counts };
      same(world.scatterv(rank === root ? joined : undefined, counts, root), filled(rank, rank), 'scatterv');
      same(world.gatherv(filled(rank, rank), root), rank === root ? all : undefined, 'gatherv');
      same(world.allgatherv(filled(rank, rank)), all, 'allgatherv');
      const rows = Int32Array.from(counts.flatMap((to) => [...filled(to, rank)]));
      const column = Int32Array.from(counts.flatMap((from) => [...filled(rank, from)]));
      same(
        world.alltoallv(rows, counts),
        { data: column, counts: new Array<number>(size).fill(rank) },
        'alltoallv',
      );
      same(
        world.alltoall(ranks(size).map((to) => 10 * rank + to)),
        ranks(size).map((from) => 10 * from + rank),
        'alltoall',
      );
      same(
        world.reduceScatter(joined, counts),
        filled(rank, rank * size),
        'reduceScatter, the same everywhere',
      );
    },
  },
  {
    rule: '6.9.1: what does not commute is combined in the order of ranks, whatever the root',
    run: (world: Communicator, mpi: Mpi): void => {
      const { rank, size } = world;
      for (const root of ranks(size)) {
        same(
          world.reduce(letter(rank), concat, root),
          rank === root ? letters(0, size) : undefined,
          'reduce',
        );
      }
      same(world.allreduce(letter(rank), concat), letters(0, size), 'allreduce');
      same(world.scan(letter(rank), concat), letters(0, rank + 1), 'scan');
      same(world.exscan(letter(rank), concat), rank === 0 ? undefined : letters(0, rank), 'exscan');
      const [first, last] = [
        new mpi.Operation('FIRST', { number: (a) => a }, false),
        new mpi.Operation('LAST', { number: (_a, b) => b }, false),
      ];
      for (const length of [0, 3, 4096]) {
        const mine = filled(length, rank + 1);
        same(world.allreduce(mine, first), filled(length, 1), `the first of ${length} elements`);
        same(world.allreduce(mine, last), filled(length, size), `the last of ${length} elements`);
        same(world.scan(mine, last), mine, 'the last up to this rank');
      }
    },
  },
  {
    rule: '6.9.1: the result takes the place of the data (MPI_IN_PLACE)',
    run: (world: Communicator, mpi: Mpi): void => {
      const { rank, size } = world;
      const sum = (upTo: number) => (upTo * (upTo + 1)) / 2;
      for (const length of [0, 2, 5000]) {
        const all = new Float64Array(length).fill(rank + 1);
        same(world.allreduce(all, mpi.SUM, { into: all }) === all, true, 'allreduce answers the array');
        same(all, new Float64Array(length).fill(sum(size)), `allreduce of ${length} elements`);
        const root = new Float64Array(length).fill(rank + 1);
        world.reduce(root, mpi.SUM, size - 1, rank === size - 1 ? { into: root } : {});
        same(root[0] ?? 0, length === 0 ? 0 : rank === size - 1 ? sum(size) : rank + 1, 'reduce');
        const prefix = new Float64Array(length).fill(rank + 1);
        world.scan(prefix, mpi.SUM, { into: prefix });
        same(prefix, new Float64Array(length).fill(sum(rank + 1)), 'scan');
      }
    },
  },
  {
    rule: '6.9.2 and 6.9.4: the predefined operations; MINLOC and MAXLOC take the lowest index of equal values',
    run: (world: Communicator, mpi: Mpi): void => {
      const { rank, size } = world;
      const all = ranks(size);
      const equal = (operation: keyof Mpi & ('PROD' | 'MIN' | 'MAX' | 'BAND' | 'BOR' | 'BXOR')) =>
        world.allreduce(rank + 1, mpi[operation]);
      same(
        equal('PROD'),
        all.reduce((a, b) => a * (b + 1), 1),
        'PROD',
      );
      same([equal('MIN'), equal('MAX')], [1, size], 'MIN and MAX');
      same(
        [equal('BAND'), equal('BOR'), equal('BXOR')],
        [
          all.reduce((a, b) => a & (b + 1), -1),
          all.reduce((a, b) => a | (b + 1), 0),
          all.reduce((a, b) => a ^ (b + 1), 0),
        ],
        'BAND, BOR and BXOR',
      );
      same(world.allreduce(rank === size - 1, mpi.LOR), true, 'LOR');
      same(world.allreduce(rank === size - 1, mpi.LAND), size === 1, 'LAND');
      const value = Math.floor(rank / 2);
      const highest = Math.floor((size - 1) / 2);
      same(world.allreduce([value, rank] as const, mpi.MINLOC), [0, 0], 'MINLOC');
      same(world.allreduce([value, rank] as const, mpi.MAXLOC), [highest, 2 * highest], 'MAXLOC');
    },
  },
  {
    rule: '6.12: nonblocking collectives go on beside each other, and complete in any order',
    run: (world: Communicator, mpi: Mpi): void => {
      const { rank, size } = world;
      const sum = world.iallreduce(rank);
      const all = world.iallgather(rank);
      const from = world.ibcast(rank === size - 1 ? 'last' : undefined, size - 1);
      const barrier = world.ibarrier();
      same(from.wait(), 'last', 'ibcast');
      barrier.wait();
      same(all.wait(), ranks(size), 'iallgather');
      same(sum.wait(), (size * (size - 1)) / 2, 'iallreduce');
      const many = mpi.waitAll(ranks(10).map((i) => world.iallreduce(i * rank, mpi.MAX)));
      same(
        many,
        ranks(10).map((i) => i * (size - 1)),
        'ten at a time',
      );
    },
  },
  {
    rule: '6.12: the nonblocking forms bring what the blocking ones do',
    run: (world: Communicator, mpi: Mpi): void => {
      const { rank, size } = world;
      const counts = ranks(size);
      const root = size - 1;
      const isRoot = rank === root;
      const joined = Int32Array.from(counts.flatMap((each) => [...filled(each, rank + each)]));
      const each = filled(size, rank);
      const blocking = [
        world.scatter(isRoot ? counts : undefined, root),
        world.scatterv(isRoot ? joined : undefined, counts, root),
        world.gather(rank, root),
        world.gatherv(filled(rank, rank), root),
        world.allgatherv(filled(rank, rank)),
        world.alltoall(counts.map((to) => 10 * rank + to)),
        world.alltoallv(joined, counts),
        world.reduce(letter(rank), concat, root),
        world.reduceScatter(joined, counts),
        world.reduceScatterBlock(each, mpi.MAX),
        world.scan(rank),
        world.exscan(rank),
      ];
      const requests = [
        world.iscatter(isRoot ? counts : undefined, root),
        world.iscatterv(isRoot ? joined : undefined, counts, root),
        world.igather(rank, root),
        world.igatherv(filled(rank, rank), root),
        world.iallgatherv(filled(rank, rank)),
        world.ialltoall(counts.map((to) => 10 * rank + to)),
        world.ialltoallv(joined, counts),
        world.ireduce(letter(rank), concat, root),
        world.ireduceScatter(joined, counts),
        world.ireduceScatterBlock(each, mpi.MAX),
        world.iscan(rank),
        world.iexscan(rank),
      ];
      same(mpi.waitAll(requests), blocking, 'what they bring');
    },
  },
  {
    rule: '6.14: a receive from any source takes no message of a collective',
    run: (world: Communicator, mpi: Mpi): void => {
      const { rank, size } = world;
      const { right, left } = ring(world);
      const request = world.irecv<string>(mpi.ANY_SOURCE, mpi.ANY_TAG);
      same(world.allreduce(rank), (size * (size - 1)) / 2, 'allreduce');
      world.barrier();
      same(world.bcast(rank === 0 ? 'x' : undefined), 'x', 'bcast');
      same(request.test()[0], false, 'the receive');
      world.barrier();
      world.send(`from ${rank}`, right, 4);
      same(request.wait(), `from ${left}`, 'its message');
    },
  },
  {
    rule: '7.4: messages of one communicator never meet those of another, nor do their collectives',
    run: (world: Communicator, mpi: Mpi): void => {
      const { left, right } = ring(world);
      const copy = world.dup();
      world.send('in world', right, 1);
      copy.send('in its copy', right, 1);
      same(copy.recv(mpi.ANY_SOURCE, mpi.ANY_TAG), 'in its copy', 'a message of the copy');
      same(world.recv(left, 1), 'in world', 'a message of world');
      const inWorld = world.iallreduce(1);
      const inCopy = copy.iallreduce(2);
      same([inCopy.wait(), inWorld.wait()], [2 * world.size, world.size], 'sums of both at a time');
      same(world.compare(copy), 'congruent', 'the two');
    },
  },
  {
    rule: '7.4.2: split makes a communicator for each color, with ranks in the order of the keys; each works alone',
    run: (world: Communicator): void => {
      const { rank, size } = world;
      const members = ranks(size).filter((each) => each % 3 === rank % 3);
      const reversed = world.split(rank % 3, -rank);
      same(reversed.allgather(rank), [...members].reverse(), 'world ranks in the order of the keys');
      const place = members.length - 1 - members.indexOf(rank);
      same([reversed.rank, reversed.size], [place, members.length], 'rank and size');
      const alone = world.split(rank);
      same([alone.size, alone.allreduce(rank), alone.bcast(rank)], [1, rank, rank], 'a communicator of one');
      same(
        world.split(rank === 0 ? undefined : 1)?.size,
        rank === 0 ? undefined : size - 1,
        'without a color',
      );
    },
  },
];
