import type { Communicator } from '../communicator';
import { bridges, eachRoot, filled } from './bridges';
import { type ConformanceCase, type Mpi, ranks, same, throwsCode } from './check';

/** Rules of the collectives of intercommunicators whose blocks differ in length, and of the nonblocking ones: 6.2.3 and 6.12. */
export const nonblockingIntercommunicatorCases: ConformanceCase[] = [
  {
    rule: '6.2.3: scatterv and gatherv take blocks of any length, also of none, to and from every root',
    atLeast: 2,
    run: (world: Communicator, mpi: Mpi): void => {
      for (const bridge of bridges(world, mpi)) {
        const { inter, theirs, what } = bridge;
        const long = inter.eagerLimitBytes / 8 + 1;
        // Some give nothing, one gives what goes by rendezvous.
        const lengthOf = (rank: number): number => (rank === 1 ? long : (rank * 2) % 5);
        eachRoot(bridge, mpi, (root, at) => {
          const isRoot = root === mpi.ROOT;
          const message = `${what}: root ${at}`;
          const counts = ranks(inter.remoteSize).map(lengthOf);
          const blocks = counts.flatMap((count, to) => [...filled(count, 10 * at + to)]);
          const data = isRoot ? Float64Array.from(blocks) : undefined;
          const part = inter.scatterv(data, isRoot ? counts : undefined, root);
          const expected = root >= 0 ? filled(lengthOf(inter.rank), 10 * at + inter.rank) : undefined;
          same(part, expected, `${message}: scatterv`);
          const all = inter.gatherv(root >= 0 ? filled(lengthOf(inter.rank), world.rank) : undefined, root);
          const gathered = theirs.flatMap((each, rank) => [...filled(lengthOf(rank), each)]);
          const whole = { data: Float64Array.from(gathered), counts };
          same(all, isRoot ? whole : undefined, `${message}: gatherv`);
        });
        throwsCode('badCount', () => inter.scatterv(Float64Array.of(1), [2], mpi.ROOT));
        throwsCode('badCount', () => inter.scatterv(undefined, undefined, mpi.ROOT));
        throwsCode('rankOutOfRange', () => inter.gatherv(Float64Array.of(1), inter.remoteSize));
      }
    },
  },
  {
    rule: '6.2.3: allgatherv and alltoallv bring every node blocks of any length of the other group',
    atLeast: 2,
    run: (world: Communicator, mpi: Mpi): void => {
      for (const { inter, theirs, what } of bridges(world, mpi)) {
        const long = inter.eagerLimitBytes / 8 + 1;
        const lengthOf = (rank: number): number => (rank === 0 ? long : rank % 3);
        same(
          inter.allgatherv(filled(lengthOf(inter.rank), world.rank)),
          {
            data: Float64Array.from(theirs.flatMap((each, rank) => [...filled(lengthOf(rank), each)])),
            counts: theirs.map((_, rank) => lengthOf(rank)),
          },
          `${what}: allgatherv`,
        );
        const counts = theirs.map((to) => (world.rank + 2 * to) % 4);
        const blocks = theirs.flatMap((to, rank) =>
          new Array<number>(counts[rank] ?? 0).fill(100 * world.rank + to),
        );
        const came = theirs.map((from) => (from + 2 * world.rank) % 4);
        same(
          inter.alltoallv(Int32Array.from(blocks), counts),
          {
            data: Int32Array.from(
              theirs.flatMap((from, rank) =>
                new Array<number>(came[rank] ?? 0).fill(100 * from + world.rank),
              ),
            ),
            counts: came,
          },
          `${what}: alltoallv`,
        );
        throwsCode('badCount', () => inter.alltoallv(Int32Array.of(1), counts.slice(1)));
      }
    },
  },
  {
    rule: '6.12: nonblocking collectives between groups bring what the blocking ones do, many at a time, in any order of waiting',
    atLeast: 2,
    run: async (world: Communicator, mpi: Mpi): Promise<void> => {
      for (const bridge of bridges(world, mpi)) {
        const { inter, own, theirs, isFirst, what } = bridge;
        const { rank, remoteSize } = inter;
        const others = ranks(remoteSize);
        // The last node of the first group is the root of all calls that have one.
        const rootIsOwn = isFirst;
        const isRoot = rootIsOwn && rank === own.length - 1;
        const root = isRoot ? mpi.ROOT : rootIsOwn ? mpi.PROC_NULL : remoteSize - 1;
        const long = filled(inter.eagerLimitBytes / 8 + 1, 4);
        const sum = theirs.reduce((a, b) => a + b, 0);
        const ones = others.map(() => 1);
        const barrier = inter.ibarrier();
        const bcast = inter.ibcast(isRoot ? long : undefined, root);
        const scatter = inter.iscatter(isRoot ? others : undefined, root);
        const scatterv = inter.iscatterv(
          isRoot ? Int8Array.from(others) : undefined,
          isRoot ? ones : undefined,
          root,
        );
        const gather = inter.igather(rank, root);
        const gatherv = inter.igatherv(Int8Array.of(rank), root);
        const allgather = inter.iallgather(world.rank);
        const allgatherv = inter.iallgatherv(Int8Array.of(rank));
        const alltoall = inter.ialltoall(others.map((to) => [world.rank, to]));
        const alltoallv = inter.ialltoallv(Int8Array.from(others), ones);
        const reduce = inter.ireduce(world.rank, mpi.SUM, root);
        const allreduce = inter.iallreduce(world.rank);
        same(inter.allreduce(world.rank, mpi.MAX), Math.max(...theirs), `${what}: a blocking one among them`);
        const isReceiver = root >= 0;
        same(allreduce.wait(), sum, `${what}: iallreduce`);
        same(await reduce, isRoot ? sum : undefined, `${what}: ireduce`);
        const numbers = { data: Int8Array.from(others), counts: ones };
        same(
          alltoallv.wait(),
          { data: new Int8Array(remoteSize).fill(rank), counts: ones },
          `${what}: ialltoallv`,
        );
        same(
          await alltoall,
          theirs.map((from) => [from, rank]),
          `${what}: ialltoall`,
        );
        same(allgatherv.wait(), numbers, `${what}: iallgatherv`);
        same(
          mpi.waitAll([gather, allgather]),
          [isRoot ? others : undefined, theirs],
          `${what}: igather, iallgather`,
        );
        same(await gatherv, isRoot ? numbers : undefined, `${what}: igatherv`);
        same(scatterv.wait(), isReceiver ? Int8Array.of(rank) : undefined, `${what}: iscatterv`);
        same(scatter.wait(), isReceiver ? rank : undefined, `${what}: iscatter`);
        same(await bcast, isReceiver || isRoot ? long : undefined, `${what}: ibcast`);
        barrier.wait();
        throwsCode('rankOutOfRange', () => inter.ibcast(1, remoteSize));
        throwsCode('badCount', () => inter.ialltoall([...others, 1]));
      }
    },
  },
  {
    rule: '6.12: ibarrier completes at nobody before all of the other group have begun it',
    atLeast: 2,
    run: (world: Communicator, mpi: Mpi): void => {
      for (const { inter, isFirst, theirs, what } of bridges(world, mpi)) {
        if (world.rank === 0) for (const other of theirs) world.recv(other, 8);
        const request = inter.ibarrier();
        if (!isFirst) {
          same(request.test()[0], false, `${what}: before node 0 has begun it`);
          world.send('has not completed', 0, 8);
        }
        request.wait();
      }
    },
  },
];
