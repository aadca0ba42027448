import type { Communicator } from '../communicator';
import type { Window } from '../oneSided/window';
import { type ConformanceCase, type Mpi, ranks, ring, same, throwsCode, turns } from './check';

/** Rules of one-sided communication: chapter 12. Each runs on a window of own memory and on one of allocated memory. */
export const oneSidedCases: ConformanceCase[] = [
  {
    rule: '12.2: parts may differ in length and be empty; each node has its own',
    run: (world: Communicator): void => {
      const { rank, size } = world;
      const own = new Float64Array(rank).fill(rank);
      for (const window of [world.createWindow(own), world.allocateWindow(Float64Array, rank)]) {
        same(window.lengths, ranks(size), 'the lengths');
        same(window.memory.length, rank, 'the length of the own part');
        window.fence();
        for (const to of ranks(size)) {
          if (to > 0) window.put(Float64Array.of(rank), to, rank % to);
        }
        window.fence();
        const last = ranks(rank).map((place) =>
          ranks(size)
            .filter((from) => from % rank === place)
            .includes(window.memory[place] ?? -1),
        );
        same(last.every(Boolean), true, 'each element is one of those that were put there');
        window.free();
      }
      same(own.length, rank, 'the array of the program stays');
    },
  },
  {
    rule: '12.5.1: what was put before a fence is there after it, also where epochs follow each other at once',
    run: (world: Communicator): void => {
      const { rank, size } = world;
      eachWindow(world, Int32Array, size, (window) => {
        window.fence();
        for (let round = 0; round < turns(40, world); round += 1) {
          for (const to of ranks(size)) window.put(Int32Array.of(round * 100 + rank), to, rank);
          window.fence();
          same(
            [...window.memory],
            ranks(size).map((from) => round * 100 + from),
            `all that was put in round ${round}`,
          );
          window.fence();
        }
      });
    },
  },
  {
    rule: '12.5.1: a get in the epoch after finds what was put, and what a layout picks goes where it belongs',
    run: (world: Communicator, mpi: Mpi): void => {
      const { rank, size } = world;
      const { right } = ring(world);
      eachWindow(world, Float64Array, 12, (window) => {
        const matrix = Float64Array.from({ length: 12 }, (_, i) => 100 * rank + i);
        const column = mpi.vector(matrix, { count: 3, stride: 4, offset: 1 });
        window.fence();
        window.put(column, right, 2);
        window.fence();
        const got = window.get(mpi.vector(new Float64Array(6), { count: 3, stride: 2 }), right, 2);
        same(
          [...got.array],
          [1, 0, 5, 0, 9, 0].map((v) => (v === 0 ? 0 : 100 * rank + v)),
          'the column',
        );
        same([...window.get(new Float64Array(0), right, 12)], [], 'no elements, at the very end');
        window.fence();
        same(window.memory[2], 100 * ((rank + size - 1) % size) + 1, 'what the left one has put');
      });
    },
  },
  {
    rule: '12.3.4: accumulates of all nodes at the same elements add up, whatever the operation',
    run: (world: Communicator, mpi: Mpi): void => {
      const { rank, size } = world;
      eachWindow(world, Int32Array, 6, (window) => {
        window.memory.set([0, 1, 5, -5, 0, 0xff]);
        window.fence();
        for (let i = 0; i < 10; i += 1) window.accumulate(Int32Array.of(rank + 1), 0, 0);
        window.accumulate(Int32Array.of(2), 0, 1, mpi.PROD);
        window.accumulate(Int32Array.of(rank), 0, 2, mpi.MIN);
        window.accumulate(Int32Array.of(rank), 0, 3, mpi.MAX);
        window.accumulate(Int32Array.of(1 << rank), 0, 4, mpi.BOR);
        window.accumulate(Int32Array.of(~(1 << (rank % 4))), 0, 5, mpi.BAND);
        window.fence();
        if (rank > 0) return;
        const cut = ranks(Math.min(size, 4)).reduce((bits, each) => bits & ~(1 << each), 0xff);
        same(
          [...window.memory],
          [5 * size * (size + 1), 2 ** size, 0, size - 1, 2 ** size - 1, cut],
          'the results',
        );
      });
    },
  },
  {
    rule: '12.3.4: getAccumulate and fetchAndOp give what was there before: no number twice, none left out',
    run: (world: Communicator, mpi: Mpi): void => {
      const { size } = world;
      const each = turns(100, world);
      for (const type of [Float64Array, Int32Array]) {
        eachWindow<Float64Array | Int32Array>(world, type, 2, (window) => {
          window.lockAll();
          const mine = ranks(each).map(() => window.fetchAndOp(1, 0, 1));
          same(
            [...mine].sort((a, b) => a - b),
            mine,
            'the numbers of one node grow',
          );
          world.barrier();
          same(window.fetchAndOp(0, 0, 1, mpi.NO_OP), each * size, 'NO_OP only reads');
          const all = world.allgather(mine).flat();
          same(new Set(all).size, each * size, 'different numbers');
          window.unlockAll();
        });
      }
    },
  },
  {
    rule: '12.3.4: REPLACE puts atomically, and answers what it has replaced',
    run: (world: Communicator, mpi: Mpi): void => {
      const { rank, size } = world;
      eachWindow(world, BigInt64Array, 2, (window) => {
        window.lockAll();
        const [before = 0n, other] = window.getAccumulate(
          BigInt64Array.of(BigInt(rank + 1), 7n),
          0,
          0,
          mpi.REPLACE,
        );
        const chain = world.allgather(before);
        const last = window.fetchAndOp(0n, 0, 0, mpi.NO_OP);
        const replaced = [...chain, last].sort((a, b) => Number(a - b));
        same(replaced, ranks(size + 1).map(BigInt), 'each value was replaced once, but for the last');
        same(other === 0n || other === 7n, true, 'the second element');
        window.unlockAll();
      });
    },
  },
  {
    rule: '12.3.4.4: of all that compare and swap the same element, one wins',
    run: (world: Communicator): void => {
      const { rank, size } = world;
      eachWindow(world, Int32Array, 1, (window) => {
        window.lock(size - 1, 'shared');
        const won = window.compareAndSwap(rank + 1, 0, size - 1) === 0;
        const winners = world.allgather(won).flatMap((each, of) => (each ? [of] : []));
        same(winners.length, 1, 'winners');
        same(window.compareAndSwap(0, 0, size - 1), (winners[0] ?? 0) + 1, 'the element is the winner');
        window.unlock(size - 1);
      });
    },
  },
  {
    rule: '12.5.3: an exclusive lock keeps all others out, the target itself too',
    run: (world: Communicator): void => {
      const each = turns(60, world);
      eachWindow(world, Float64Array, 1, (window) => {
        const cell = new Float64Array(1);
        for (let i = 0; i < each; i += 1) {
          window.lock(0);
          window.get(cell, 0);
          cell[0]! += 1;
          window.put(cell, 0);
          window.unlock(0);
        }
        world.barrier();
        window.lock(0, 'shared');
        same(window.get(cell, 0)[0], each * world.size, 'what all have counted');
        window.unlock(0);
      });
    },
  },
  {
    rule: '12.5.3: all nodes may hold a shared lock at the same time',
    run: (world: Communicator): void => {
      eachWindow(world, Int32Array, 1, (window) => {
        window.lock(0, 'shared');
        world.barrier();
        window.accumulate(Int32Array.of(1), 0);
        window.unlock(0);
        world.barrier();
        window.lock(0);
        same(window.get(new Int32Array(1), 0)[0], world.size, 'the accumulates under a shared lock');
        window.unlock(0);
      });
    },
  },
  {
    rule: '12.5.4: after flush a put is there for whoever is told of it',
    run: (world: Communicator): void => {
      const { left, right } = ring(world);
      eachWindow(world, Float64Array, 3000, (window) => {
        window.lockAll();
        for (let round = 1; round <= 5; round += 1) {
          window.put(new Float64Array(3000).fill(round), right);
          if (round % 2 === 0) window.flush();
          else window.flush(right);
          world.sendrecv('there', right, 1, left, 1);
          same(new Set(window.memory), new Set([round]), 'what the left one has put');
          world.barrier();
        }
        window.unlockAll();
      });
    },
  },
  {
    rule: '12.5.2: post, start, complete and wait order the accesses of those that they name, and of no others',
    run: (world: Communicator): void => {
      const { rank, size } = world;
      const { left, right } = ring(world);
      eachWindow(world, Int32Array, 2, (window) => {
        for (let round = 0; round < 10; round += 1) {
          window.post([left]);
          window.start([right]);
          window.put(Int32Array.of(round, rank), right);
          window.complete();
          if (round % 2 === 0) window.wait();
          else while (!window.test());
          same([...window.memory], [round, (rank + size - 1) % size], 'what the left one has put');
        }
      });
    },
  },
  {
    rule: '12.5: an access outside an epoch, and a call that does not fit the epoch, are errors that change nothing',
    run: (world: Communicator): void => {
      const { rank, size } = world;
      eachWindow(world, Int32Array, 1, (window) => {
        const put = () => window.put(Int32Array.of(1), rank);
        throwsCode('badEpoch', put);
        throwsCode('badEpoch', () => window.unlock(rank));
        throwsCode('badEpoch', () => window.flush());
        throwsCode('badEpoch', () => window.complete());
        throwsCode('badEpoch', () => window.wait());
        throwsCode('badEpoch', () => window.unlockAll());
        window.lock(rank);
        throwsCode('badEpoch', () => window.lock(rank));
        throwsCode('badEpoch', () => window.lockAll());
        throwsCode('badEpoch', () => window.fence());
        throwsCode('badEpoch', () => window.free());
        if (size > 1) throwsCode('badEpoch', () => window.put(Int32Array.of(1), (rank + 1) % size));
        window.unlock(rank);
        throwsCode('badEpoch', put);
        window.fence();
        put();
        throwsCode('badEpoch', () => window.lock(rank));
        throwsCode('badEpoch', () => window.free());
        window.fence();
        window.lock(rank);
        window.unlock(rank);
      });
    },
  },
  {
    rule: '12.2: elements outside the part, of another type, and ranks that there are not, are errors',
    run: (world: Communicator, mpi: Mpi): void => {
      const { rank, size } = world;
      eachWindow(world, Int32Array, 4, (window) => {
        window.fence();
        throwsCode('badWindow', () => window.put(new Int32Array(3), rank, 2));
        throwsCode('badWindow', () => window.put(new Int32Array(1), rank, -1));
        throwsCode('badWindow', () => window.get(new Int32Array(1), rank, 4));
        throwsCode('badWindow', () => window.fetchAndOp(1, rank, 0.5));
        throwsCode('badWindow', () => window.put(new Float64Array(1) as never, rank));
        throwsCode('badWindow', () =>
          window.accumulate(new Int32Array(1), rank, 0, new mpi.Operation('mine', {})),
        );
        throwsCode('rankOutOfRange', () => window.put(new Int32Array(1), size));
        window.fence();
        same([...window.memory], [0, 0, 0, 0], 'the part');
      });
      throwsCode('badWindow', () => world.createWindow([1, 2] as never));
      throwsCode('badWindow', () => world.allocateWindow(Int32Array, -1));
    },
  },
  {
    rule: '12.2: windows of different types at different nodes are refused at all of them',
    atLeast: 2,
    run: (world: Communicator): void => {
      const type = world.rank === 1 ? Float32Array : Float64Array;
      throwsCode('badWindow', () => world.createWindow(new type(2)));
      throwsCode('badWindow', () => world.allocateWindow(type as typeof Float64Array, 2));
    },
  },
  {
    rule: '12.2: windows do not meet, nor does what is said of them meet messages',
    run: (world: Communicator): void => {
      const { rank } = world;
      const { left, right } = ring(world);
      const first = world.createWindow(new Int32Array(1), 'first');
      const second = world.allocateWindow(Int32Array, 1);
      same(first.name, 'first', 'a name that was given');
      first.fence();
      second.fence();
      world.send('between', right, 0);
      first.put(Int32Array.of(1 + rank), right);
      second.put(Int32Array.of(-1 - rank), right);
      second.fence();
      first.fence();
      same([first.memory[0], second.memory[0]], [1 + left, -1 - left], 'the two parts');
      same(world.recv(left), 'between', 'the message');
      first.free();
      second.free();
      throwsCode('badWindow', () => second.fence());
    },
  },
  {
    rule: '12.7.3: a node whose memory is shared may compute while others access it',
    run: (world: Communicator): void => {
      const window = world.allocateWindow(Int32Array, 1);
      if (window.isShared) {
        if (world.rank > 0) {
          window.lock(0, 'shared');
          window.fetchAndOp(1, 0);
          window.unlock(0);
        } else while (Atomics.load(window.memory, 0) < world.size - 1);
      }
      window.free();
    },
  },
];

/** Runs a body on a window of an array, and on one of allocated memory. */
function eachWindow<A extends Float64Array | Int32Array | BigInt64Array>(
  world: Communicator,
  type: { new (length: number): A } & Parameters<typeof world.allocateWindow<A>>[0],
  length: number,
  body: (window: Window<A>) => void,
): void {
  for (const window of [world.createWindow(new type(length)), world.allocateWindow(type, length)]) {
    body(window);
    window.free();
  }
}
