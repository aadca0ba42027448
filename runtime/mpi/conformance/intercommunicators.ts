import type { Communicator } from '../communicator';
import type { Intercommunicator } from '../intercommunicators/intercommunicator';
import { bridges, eachRoot, filled } from './bridges';
import { type ConformanceCase, type Mpi, ranks, same, throwsCode } from './check';

const concat = (a: string, b: string): string => a + b;

/** Rules of intercommunicators: sections 6.2.3 and 7.6. */
export const intercommunicatorCases: ConformanceCase[] = [
  {
    rule: '7.6: size, rank and group are of the own group, remoteSize and remoteGroup of the other',
    atLeast: 2,
    run: (world: Communicator, mpi: Mpi): void => {
      for (const { inter, own, theirs, what } of bridges(world, mpi)) {
        same([inter.size, inter.remoteSize], [own.length, theirs.length], what);
        same(inter.rank, own.indexOf(world.rank), what);
        const inWorld = (group: Intercommunicator['group']) =>
          group.translateRanks(ranks(group.size), world.group);
        same([inWorld(inter.group), inWorld(inter.remoteGroup)], [own, theirs], `${what}: groups`);
      }
    },
  },
  {
    rule: '7.6: messages go to and come from ranks of the other group, and meet no others',
    atLeast: 2,
    run: (world: Communicator, mpi: Mpi): void => {
      for (const { inter, theirs, what } of bridges(world, mpi)) {
        const { rank, remoteSize } = inter;
        const others = ranks(remoteSize);
        const named = others.map((source) => inter.irecv<number[]>(source, 2));
        const long = others.map((source) =>
          inter.irecvInto(filled(inter.eagerLimitBytes / 8 + 1, 0), source, 3),
        );
        for (const to of others) world.send('of world', theirs[to] ?? 0, 2);
        const sends = others.flatMap((to) => [
          inter.isend([world.rank, rank], to, 2),
          inter.isend(filled(inter.eagerLimitBytes / 8 + 1, rank), to, 3),
        ]);
        same(
          mpi.waitAll(named),
          others.map((source) => [theirs[source], source]),
          what,
        );
        const firsts = mpi.waitAll(long).map((data) => data[0]);
        same(firsts, others, `${what}: long ones`);
        mpi.waitAll(sends);
        for (const from of theirs) same(world.recv(from, 2), 'of world', what);

        for (const to of others) inter.send(rank, to, 4);
        const status = new mpi.Status();
        const sources = others.map(() => {
          same(inter.recv(mpi.ANY_SOURCE, 4, status), status.source, `${what}: any source`);
          return status.source;
        });
        same(sources.sort(), others, `${what}: each once`);
        inter.send('nobody', mpi.PROC_NULL);
        same(inter.recv(mpi.PROC_NULL), undefined, what);
        throwsCode('rankOutOfRange', () => inter.send('nobody', remoteSize));
        throwsCode('rankOutOfRange', () => inter.irecv(remoteSize));
      }
    },
  },
  {
    rule: '6.2.3: bcast and scatter give the root’s data to the other group, from every root',
    atLeast: 2,
    run: (world: Communicator, mpi: Mpi): void => {
      for (const bridge of bridges(world, mpi)) {
        const { inter, what } = bridge;
        eachRoot(bridge, mpi, (root, at) => {
          const isReceiver = root >= 0;
          for (const length of [0, 1, inter.eagerLimitBytes / 8 + 1]) {
            const data = root === mpi.ROOT ? filled(length, at) : undefined;
            const got = inter.bcast(data, root);
            same(got, isReceiver ? filled(length, at) : data, `${what}: bcast of ${length} from ${at}`);
            const parts = ranks(inter.remoteSize).map((to) => filled(length, 10 * at + to));
            const part = inter.scatter(root === mpi.ROOT ? parts : undefined, root);
            const expected = isReceiver ? filled(length, 10 * at + inter.rank) : undefined;
            same(part, expected, `${what}: scatter of ${length} from ${at}`);
          }
        });
        throwsCode('rankOutOfRange', () => inter.bcast(1, inter.remoteSize));
        throwsCode('badCount', () => inter.scatter([], mpi.ROOT));
      }
    },
  },
  {
    rule: '6.2.3: gather and reduce bring the other group’s data to every root, combined in the order of its ranks',
    atLeast: 2,
    run: (world: Communicator, mpi: Mpi): void => {
      for (const bridge of bridges(world, mpi)) {
        const { inter, theirs, what } = bridge;
        const letters = theirs.map((each) => String.fromCharCode(97 + each));
        eachRoot(bridge, mpi, (root, at) => {
          const own = String.fromCharCode(97 + world.rank);
          const isRoot = root === mpi.ROOT;
          const message = `${what}: to ${at}`;
          same(inter.gather(own, root), isRoot ? letters : undefined, message);
          same(inter.reduce(own, concat, root), isRoot ? letters.join('') : undefined, message);
          const long = filled(inter.eagerLimitBytes / 8 + 1, world.rank);
          const sum = inter.reduce(long, mpi.SUM, root);
          const total = theirs.reduce((a, b) => a + b, 0);
          same(sum, isRoot ? filled(long.length, total) : undefined, message);
          same(long, filled(long.length, world.rank), 'what was given stays as it is');
        });
      }
    },
  },
  {
    rule: '6.2.3: allgather, alltoall and allreduce bring every node what the other group gave',
    atLeast: 2,
    run: (world: Communicator, mpi: Mpi): void => {
      for (const { inter, theirs, what } of bridges(world, mpi)) {
        same(inter.allgather(world.rank), theirs, `${what}: allgather`);
        const long = inter.allgather(filled(inter.eagerLimitBytes / 8 + 1, world.rank));
        same(
          long.map((each) => each.at(-1)),
          theirs,
          `${what}: long ones`,
        );
        const mine = ranks(inter.remoteSize).map((to) => `${world.rank} to ${theirs[to]}`);
        same(
          inter.alltoall(mine),
          theirs.map((from) => `${from} to ${world.rank}`),
          `${what}: alltoall`,
        );
        const letter = String.fromCharCode(97 + world.rank);
        same(
          inter.allreduce(letter, concat),
          theirs.map((each) => String.fromCharCode(97 + each)).join(''),
          `${what}: allreduce`,
        );
        const lowest = Math.min(...theirs);
        same(inter.allreduce([world.rank, 7], mpi.MINLOC), [lowest, 7], `${what}: MINLOC`);
        throwsCode('badCount', () => inter.alltoall(ranks(inter.remoteSize + 1)));
        same(inter.lastCollective?.call, 'allreduce', what);
      }
    },
  },
  {
    rule: '6.3: nobody leaves a barrier before all of the other group have entered it',
    atLeast: 2,
    run: (world: Communicator, mpi: Mpi): void => {
      for (const { inter, theirs, what } of bridges(world, mpi)) {
        for (const last of ranks(world.size)) {
          if (world.rank === last) {
            for (const other of theirs) same(world.recv(other, 6), 'about to enter', what);
            for (const other of theirs)
              same(world.iprobe(other, 7), false, `${what}: node ${other} has left`);
          } else if (theirs.includes(last)) world.send('about to enter', last, 6);
          inter.barrier();
          if (theirs.includes(last)) world.send('left', last, 7);
          if (world.rank === last) for (const other of theirs) world.recv(other, 7);
        }
      }
    },
  },
  {
    rule: '7.6.2: merge orders the groups by high, and those that say the same alike at all nodes',
    atLeast: 2,
    run: (world: Communicator, mpi: Mpi): void => {
      for (const { inter, isFirst, own, theirs, what } of bridges(world, mpi)) {
        const inOrder = isFirst ? [...own, ...theirs] : [...theirs, ...own];
        const turned = isFirst ? [...theirs, ...own] : [...own, ...theirs];
        const cases: [high: boolean, order: number[]][] = [
          [!isFirst, inOrder],
          [isFirst, turned],
          [true, inOrder],
          [false, inOrder],
        ];
        for (const [high, order] of cases) {
          const merged = inter.merge(high);
          same(merged.allgather(world.rank), order, `${what}: in order of the merged ranks`);
          merged.send(world.rank, (merged.rank + 1) % merged.size);
          same(merged.recv(), order.at(merged.rank - 1), `${what}: around the merged ring`);
        }
      }
    },
  },
  {
    rule: '7.6: three groups in a pipeline, each with an intercommunicator to the next',
    atLeast: 3,
    run: (world: Communicator, mpi: Mpi): void => {
      const color = world.rank % 3;
      const group = world.split(color);
      const make = (other: number, tag: number) => mpi.createIntercommunicator(group, 0, world, other, tag);
      const left = color > 0 ? make(color - 1, color) : undefined;
      const right = color < 2 ? make(color + 1, color + 1) : undefined;
      const before = left ? left.bcast(0, 0) : 0;
      right?.bcast(before + group.size, group.rank === 0 ? mpi.ROOT : mpi.PROC_NULL);
      same(before, ranks(world.size).filter((each) => each % 3 < color).length, 'nodes in the groups before');
      same(group.allreduce(1), group.size, 'the groups themselves are as they were');
    },
  },
  {
    rule: '7.4.2: dup has the same groups, the attributes that go along, and a message space of its own',
    atLeast: 2,
    run: (world: Communicator, mpi: Mpi): void => {
      for (const { inter, theirs, what } of bridges(world, mpi)) {
        inter.attributes.set('kept', what);
        inter.attributes.set('own', what, { copied: false });
        const copy = inter.dup('copy');
        same([copy.name, copy.rank, copy.remoteSize], ['copy', inter.rank, inter.remoteSize], what);
        same(
          [copy.group.members, copy.remoteGroup.members],
          [inter.group.members, inter.remoteGroup.members],
          what,
        );
        same(
          [copy.attributes.get('kept'), copy.attributes.get('own')],
          [what, undefined],
          `${what}: attributes`,
        );
        const sends = ranks(inter.remoteSize).flatMap((to) => [
          inter.isend('of the first', to, 9),
          copy.isend('of the copy', to, 9),
        ]);
        for (const [from] of theirs.entries()) {
          same(copy.recv(from, 9), 'of the copy', what);
          same(inter.recv(from, 9), 'of the first', what);
        }
        mpi.waitAll(sends);
        const first = inter.iallreduce(1);
        same(
          copy.allreduce(world.rank),
          theirs.reduce((a, b) => a + b, 0),
          `${what}: collectives of the copy`,
        );
        same(first.wait(), theirs.length, `${what}: those of the first at the same time`);
        same(copy.dup().merge().allreduce(1), world.size, `${what}: a copy of a copy`);
      }
    },
  },
  {
    rule: '7.6.2: the groups have no node in common',
    run: (world: Communicator, mpi: Mpi): void => {
      throwsCode('badGroup', () => mpi.createIntercommunicator(world, 0, world, 0));
      throwsCode('rankOutOfRange', () => mpi.createIntercommunicator(world, world.size, world, 0));
    },
  },
];
