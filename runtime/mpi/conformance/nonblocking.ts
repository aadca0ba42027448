import type { Communicator } from '../communicator';
import { type ConformanceCase, type Mpi, ranks, ring, same, throwsCode } from './check';

/** Rules of the nonblocking calls: sections 3.7, 3.8.4 and 3.9. */
export const nonblockingCases: ConformanceCase[] = [
  {
    rule: '3.7.4: receives take messages in the order in which they were posted',
    run: (world: Communicator, mpi: Mpi): void => {
      const { left, right } = ring(world);
      const first = world.irecv<number>(left, 1);
      const any = world.irecv<number>(mpi.ANY_SOURCE, mpi.ANY_TAG);
      const last = world.irecv<number>(left, 1);
      world.barrier();
      for (const value of [10, 20, 30]) world.send(value, right, 1);
      same(mpi.waitAll([last, any, first]), [30, 20, 10], 'values by request');
    },
  },
  {
    rule: '3.7.5: waitAll brings every value and status in the order of the requests',
    run: (world: Communicator, mpi: Mpi): void => {
      const { rank, size } = world;
      const large = world.eagerLimitBytes / 8 + 1;
      const receives = ranks(size).map((source) => world.irecv<Float64Array>(source, 3));
      const sends = ranks(size).map((to) => world.isend(new Float64Array(large + rank).fill(rank), to, 3));
      const statuses = ranks(2 * size).map(() => new mpi.Status());
      const values = mpi.waitAll([...receives, ...sends], statuses);
      ranks(size).forEach((source) => {
        same([values[source]?.[0], values[source]?.length], [source, large + source], `from ${source}`);
        same([statuses[source]?.source, statuses[source]?.count], [source, large + source], 'its status');
        same(values[size + source], undefined, 'the value of a send');
        same(statuses[size + source]?.source, mpi.ANY_SOURCE, 'the status of a send');
      });
    },
  },
  {
    rule: '3.7.5: waitAny takes each request once, and says when none is left',
    run: (world: Communicator, mpi: Mpi): void => {
      const { rank, size } = world;
      const requests = ranks(size).map((source) => world.irecv<number>(source, 4));
      for (const to of ranks(size)) world.send(rank * 100 + to, to, 4);
      const taken = new Map(ranks(size).map(() => mpi.waitAny(requests)));
      same(taken, new Map([...taken.keys()].map((source) => [source, source * 100 + rank])), 'values');
      same(taken.size, size, 'all were taken');
      same(mpi.waitAny(requests), [-1, undefined], 'when none is left');
      same(mpi.testAny(requests), [-1, undefined], 'testAny when none is left');
      same(mpi.waitAny([]), [-1, undefined], 'of no requests');
    },
  },
  {
    rule: '3.7.5: waitSome and testSome take all that have completed, none twice',
    run: (world: Communicator, mpi: Mpi): void => {
      const { rank, size } = world;
      const requests = ranks(2 * size).map((i) => world.irecv<number>(i % size, 5));
      for (let i = 0; i < 2; i += 1) for (const to of ranks(size)) world.send(rank + 1000 * i, to, 5);
      const values = new Array<number>(2 * size);
      for (let left = 2 * size; left > 0;) {
        const [indices, got] = left % 2 === 0 ? mpi.waitSome(requests) : mpi.testSome(requests);
        indices.forEach((index, k) => {
          same(values[index], undefined, `request ${index} is taken once`);
          values[index] = got[k] as number;
        });
        left -= indices.length;
      }
      same(values, [...ranks(size), ...ranks(size).map((source) => source + 1000)], 'values');
      same(mpi.waitSome(requests), [[], []], 'when none is left');
    },
  },
  {
    rule: '3.7.5: testAll and testAny take nothing before there is something to take',
    run: (world: Communicator, mpi: Mpi): void => {
      const { left, right } = ring(world);
      const requests = [world.irecv<string>(left, 6), world.irecv<string>(left, 7)];
      same(mpi.testAll(requests), undefined, 'testAll before anything was sent');
      same(mpi.testAny(requests), undefined, 'testAny before anything was sent');
      world.barrier();
      world.send('seven', right, 7);
      let found = mpi.testAny(requests);
      while (!found) found = mpi.testAny(requests);
      same(found, [1, 'seven'], 'testAny');
      world.barrier();
      world.send('six', right, 6);
      let all = mpi.testAll(requests);
      while (!all) all = mpi.testAll(requests);
      same(all, ['six', 'seven'], 'testAll, with the value that was taken before');
    },
  },
  {
    rule: '3.7.3: test completes a request without waiting; a completed one keeps its value',
    run: (world: Communicator, mpi: Mpi): void => {
      const { left, right } = ring(world);
      const request = world.irecv<number>(left, 8);
      same(request.test(), [false, undefined], 'before anything was sent');
      world.barrier();
      world.send(8, right, 8);
      const status = new mpi.Status();
      let [done, value] = request.test(status);
      while (!done) [done, value] = request.test(status);
      same([value, status.source, status.tag, status.count], [8, left, 8, 1], 'value and status');
      same([request.wait(), request.test()], [8, [true, 8]], 'asked again');
    },
  },
  {
    rule: '3.8.4: a cancelled receive completes without a message, which the next receive gets',
    run: (world: Communicator, mpi: Mpi): void => {
      const { left, right } = ring(world);
      const status = new mpi.Status();
      const request = world.irecv(left, 9);
      request.cancel();
      same(request.wait(status), undefined, 'the value');
      same([status.cancelled, status.source, status.count], [true, mpi.ANY_SOURCE, 0], 'the status');
      world.barrier();
      world.send('for the next', right, 9);
      const next = world.irecv<string>(left, 9);
      same(next.wait(status), 'for the next', 'the next receive');
      same(status.cancelled, false, 'its status');
      world.send('matched', right, 9);
      world.probe(left, 9);
      const matched = world.irecv<string>(left, 9);
      matched.cancel();
      same(matched.wait(status), 'matched', 'a receive that had its message');
      same(status.cancelled, false, 'is not cancelled');
    },
  },
  {
    rule: '3.7: a receive into a buffer fills it in place',
    run: (world: Communicator): void => {
      const { left, right } = ring(world);
      const buffer = new Float32Array(world.eagerLimitBytes / 4 + 1);
      const request = world.irecvInto(buffer, left, 2);
      const send = world.isend(new Float32Array(buffer.length).fill(0.5), right, 2);
      same(request.wait() === buffer, true, 'the value is the buffer');
      same(
        buffer.every((element) => element === 0.5),
        true,
        'its elements',
      );
      send.wait();
    },
  },
  {
    rule: '3.9: persistent requests are started again and again, and send what the buffer holds then',
    run: (world: Communicator, mpi: Mpi): void => {
      const { rank } = world;
      const { left, right } = ring(world);
      const out = new Float64Array(world.eagerLimitBytes / 8 + 1);
      const receiveInto = world.recvIntoInit(new Float64Array(out.length), left, 1);
      const receive = world.recvInit<number>(left, 2);
      const requests = [receiveInto, receive, world.sendInit(out, right, 1), world.sendInit(rank, right, 2)];
      same(mpi.waitAll(requests), [undefined, undefined, undefined, undefined], 'before they are started');
      for (let turn = 1; turn <= 3; turn += 1) {
        out.fill(turn * 10 + rank);
        mpi.startAll(requests);
        throwsCode('requestActive', () => receive.start());
        const [row, from] = mpi.waitAll(requests) as [Float64Array, number];
        same([row[0], row.at(-1), from], [turn * 10 + left, turn * 10 + left, left], `turn ${turn}`);
      }
    },
  },
  {
    rule: 'a request can be awaited, alone and with others, while messages are taken in',
    run: async (world: Communicator): Promise<void> => {
      const { rank } = world;
      const { left, right } = ring(world);
      const large = new Float64Array(world.eagerLimitBytes / 8 + 1).fill(rank);
      const receives = [world.irecv<Float64Array>(left, 1), world.irecv<Float64Array>(left, 2)] as const;
      const sends = [world.isend(large, right, 2), world.issend(large, right, 1)];
      const [first, second] = await Promise.all(receives);
      same([first[0], second[0], first.length], [left, left, large.length], 'the values');
      await Promise.all(sends);
      same(await receives[0], first, 'awaited again');
    },
  },
];
