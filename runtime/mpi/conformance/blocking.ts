import type { Communicator } from '../communicator';
import { type ConformanceCase, type Mpi, ranks, ring, same, throwsCode } from './check';

/** Rules of the blocking calls: sections 3.2 to 3.6, 3.8, 3.10, 3.11 and 5.1. */
export const blockingCases: ConformanceCase[] = [
  {
    rule: '3.5: messages do not overtake each other, whatever their size and mode',
    run: (world: Communicator): void => {
      const { left, right } = ring(world);
      const sizes = [1, world.eagerLimitBytes / 8 + 1, 0, world.eagerLimitBytes / 8, 3];
      const sends = sizes.map((size, i) => {
        const data = new Float64Array(size).fill(i);
        return i % 2 === 0 ? world.isend(data, right, 5) : world.issend(data, right, 5);
      });
      const got = sizes.map(() => world.recv<Float64Array>(left, 5));
      same(
        got.map(({ length }) => length),
        sizes,
        'lengths in the order of sending',
      );
      got.forEach((data, i) =>
        same(
          data.every((value) => value === i),
          true,
          `content of message ${i}`,
        ),
      );
      for (const send of sends) send.wait();
    },
  },
  {
    rule: '3.2.4: a receive takes the first message with its source and tag, and passes over others',
    run: (world: Communicator): void => {
      const { left, right } = ring(world);
      for (let i = 0; i < 30; i += 1) world.send(i, right, i % 3);
      for (const tag of [2, 0, 1]) {
        same(
          ranks(10).map(() => world.recv(left, tag)),
          ranks(10).map((i) => 3 * i + tag),
          `messages of tag ${tag}`,
        );
      }
    },
  },
  {
    rule: '3.2.4: ANY_SOURCE and ANY_TAG take every message, those of one source in their order; the status names them',
    run: (world: Communicator, mpi: Mpi): void => {
      const { rank, size } = world;
      const each = 20;
      for (let i = 0; i < each; i += 1) {
        for (const to of ranks(size)) world.send({ from: rank, i }, to, (rank + i) % 4);
      }
      const next = new Map<number, number>();
      const status = new mpi.Status();
      for (let i = 0; i < each * size; i += 1) {
        const got = world.recv<{ from: number; i: number }>(mpi.ANY_SOURCE, mpi.ANY_TAG, status);
        same(got, { from: status.source, i: next.get(status.source) ?? 0 }, 'the next of its source');
        same(status.tag, (got.from + got.i) % 4, 'the tag in the status');
        next.set(status.source, got.i + 1);
      }
    },
  },
  {
    rule: '3.5: no source is passed over for ever by receives from any source',
    atLeast: 2,
    run: (world: Communicator, mpi: Mpi): void => {
      const { rank, size } = world;
      const each = 50;
      if (rank > 0) {
        for (let i = 0; i < each; i += 1) world.ssend(rank, 0, 1);
        return;
      }
      // Each sender goes on only when its message was taken: to take one for ever would leave the others waiting.
      const counts = new Array<number>(size).fill(0);
      for (let i = 0; i < each * (size - 1); i += 1) {
        const source = world.recv<number>(mpi.ANY_SOURCE, 1);
        counts[source] = (counts[source] ?? 0) + 1;
      }
      same(counts.slice(1), new Array(size - 1).fill(each), 'messages of each source');
    },
  },
  {
    rule: '3.2: a message of no elements is a message',
    run: (world: Communicator, mpi: Mpi): void => {
      const { left, right } = ring(world);
      const status = new mpi.Status();
      world.send(new Int32Array(0), right, 3);
      world.send(undefined, right, 3);
      same(
        world.recvInto(new Int32Array(4).fill(9), left, 3, status),
        Int32Array.of(9, 9, 9, 9),
        'the buffer',
      );
      same([status.source, status.tag, status.count, status.bytes], [left, 3, 0, 0], 'the status');
      same(world.recv(left, 3, status), undefined, 'the value');
      same(status.count, 0, 'the count of undefined');
    },
  },
  {
    rule: '3.2.4: a node may send to itself; above the eager limit where the receive is posted',
    run: (world: Communicator): void => {
      const { rank } = world;
      world.send('small', rank, 1);
      same(world.recv(rank, 1), 'small', 'an eager message to oneself');
      const large = new Float64Array(world.eagerLimitBytes / 8 + 1).fill(rank);
      const request = world.irecv<Float64Array>(rank, 2);
      world.ssend('synchronous', rank, 2);
      same(request.wait(), 'synchronous', 'a synchronous message to oneself');
      const receive = world.irecv<Float64Array>(rank, 2);
      world.send(large, rank, 2);
      same(receive.wait(), large, 'a large message to oneself');
    },
  },
  {
    rule: '3.10: PROC_NULL: sends go nowhere, receives bring nothing at once, the status says so',
    run: (world: Communicator, mpi: Mpi): void => {
      const status = new mpi.Status();
      world.send(1, mpi.PROC_NULL, 1);
      world.ssend(1, mpi.PROC_NULL, 1);
      world.rsend(1, mpi.PROC_NULL, 1);
      world.bsend(1, mpi.PROC_NULL, 1);
      same(world.recv(mpi.PROC_NULL, 7, status), undefined, 'the value');
      same([status.source, status.tag, status.count], [mpi.PROC_NULL, mpi.ANY_TAG, 0], 'the status');
      const buffer = Int8Array.of(5);
      same(world.recvInto(buffer, mpi.PROC_NULL), Int8Array.of(5), 'the buffer');
      same(
        world.sendrecvReplace(buffer, mpi.PROC_NULL, 0, mpi.PROC_NULL),
        Int8Array.of(5),
        'what was exchanged',
      );
      same(world.probe(mpi.PROC_NULL).source, mpi.PROC_NULL, 'probe');
      same(world.iprobe(mpi.PROC_NULL, 0, status), true, 'iprobe');
      same(world.isend(1, mpi.PROC_NULL).test(), [true, undefined], 'isend');
      same(world.irecv(mpi.PROC_NULL).wait(status), undefined, 'irecv');
      same(status.source, mpi.PROC_NULL, 'the status of irecv');
      same(world.mrecv(world.mprobe(mpi.PROC_NULL), status), undefined, 'mrecv');
    },
  },
  {
    rule: '3.8: what probe tells is what the receive gets',
    run: (world: Communicator, mpi: Mpi): void => {
      const { rank, size } = world;
      for (const to of ranks(size)) world.send(new Float64Array(rank + to), to, rank + 10);
      const large = world.isend(new Uint8Array(world.eagerLimitBytes + 1), rank, 9);
      for (let i = 0; i < size + 1; i += 1) {
        const { source, tag, count, bytes } = world.probe();
        const status = new mpi.Status();
        const value = world.recv<Float64Array | Uint8Array>(source, tag, status);
        same(
          [status.source, status.tag, status.count, status.bytes],
          [source, tag, count, bytes],
          'the status',
        );
        same([value.length, value.byteLength], [count, bytes], 'the size');
      }
      large.wait();
      same(world.iprobe(), false, 'iprobe when all are received');
    },
  },
  {
    rule: '3.8.2: a message that mprobe has set aside is for mrecv alone',
    run: (world: Communicator, mpi: Mpi): void => {
      const { left, right } = ring(world);
      const large = new Float64Array(world.eagerLimitBytes / 8 + 1).fill(3);
      world.send('first', right, 4);
      world.send('second', right, 4);
      const sending = world.isend(large, right, 4);
      const status = new mpi.Status();
      const message = world.mprobe(left, 4, status);
      same([message.source, message.tag, status.count], [left, 4, 1], 'what mprobe tells');
      same(world.recv(left, 4), 'second', 'the next receive');
      const third = world.mprobe(left, 4);
      same(world.improbe(left, 4), undefined, 'improbe when there is no other');
      same(world.imrecv<Float64Array>(third).wait(), large, 'imrecv of a large one');
      same(world.mrecv(message, status), 'first', 'mrecv');
      same(status.source, left, 'the status of mrecv');
      throwsCode('messageReceived', () => world.mrecv(message));
      sending.wait();
    },
  },
  {
    rule: '3.10: sendrecv and sendrecvReplace exchange at any size, around a ring and with oneself',
    run: (world: Communicator, mpi: Mpi): void => {
      const { rank } = world;
      const { left, right } = ring(world);
      for (const length of [1, world.eagerLimitBytes / 8 + 1]) {
        const mine = new Float64Array(length).fill(rank);
        const status = new mpi.Status();
        const theirs = world.sendrecv<Float64Array>(mine, right, 1, left, 1, status);
        same([theirs[0], theirs.length, status.source], [left, length, left], 'sendrecv');
        same(world.sendrecvReplace(mine, right, 2, left, 2), new Float64Array(length).fill(left), 'in place');
        same(world.sendrecv<string>('me', rank, 3, rank, 3), 'me', 'with oneself');
      }
    },
  },
  {
    rule: '3.4: a synchronous send returns only when its receive has begun',
    atLeast: 2,
    run: (world: Communicator): void => {
      if (world.rank === 0) {
        // The signal was sent before the receive was posted; the message can only be taken afterwards.
        same(world.recv(1, 2), 'about to receive', 'the signal');
        world.ssend('x', 1, 1);
        world.send('returned', 1, 3);
      } else if (world.rank === 1) {
        const request = world.issend('never before its receive', 1, 5);
        same(request.test()[0], false, 'issend before its receive');
        same(world.recv(1, 5), 'never before its receive', 'the message');
        same(request.test()[0], true, 'issend after its receive');
        world.send('about to receive', 0, 2);
        same(world.iprobe(0, 3), false, 'ssend has not returned');
        same([world.recv(0, 1), world.recv(0, 3)], ['x', 'returned'], 'the messages');
      }
    },
  },
  {
    rule: '3.4: a ready send finds the receive that was posted before',
    run: (world: Communicator): void => {
      const { left, right } = ring(world);
      const request = world.irecvInto(new Float64Array(world.eagerLimitBytes / 8 + 1), left, 6);
      world.barrier();
      world.rsend(new Float64Array(world.eagerLimitBytes / 8 + 1).fill(2), right, 6);
      same(request.wait()[0], 2, 'the element');
    },
  },
  {
    rule: '3.6: a buffered send does not wait, copies what it sends, and needs room in the buffer',
    run: (world: Communicator): void => {
      const { left, right } = ring(world);
      const bytes = world.eagerLimitBytes + 8;
      throwsCode('noSendBuffer', () => world.bsend(new Uint8Array(bytes), right, 8));
      world.attachBuffer(2 * bytes);
      const data = new Uint8Array(bytes).fill(1);
      world.bsend(data, right, 8);
      data.fill(2);
      world.bsend(data, right, 8);
      same(world.recv<Uint8Array>(left, 8)[0], 1, 'the first, as it was');
      same(world.recv<Uint8Array>(left, 8)[0], 2, 'the second');
      same(world.detachBuffer(), 2 * bytes, 'the size of the buffer');
      throwsCode('noSendBuffer', () => world.bsend(1, right));
    },
  },
  {
    rule: '3.2.4 and 3.3: a message that is too long, or of another type, is an error that names it',
    run: (world: Communicator): void => {
      const { left, right } = ring(world);
      for (let i = 0; i < 3; i += 1) world.send(Float64Array.of(1, 2, 3), right, i);
      world.send({ a: 1 }, right, 3);
      throwsCode('truncated', () => world.recvInto(new Float64Array(2), left, 0));
      throwsCode('typeMismatch', () => world.recvInto(new Int32Array(6), left, 1));
      same(world.recvInto(new Float64Array(4), left, 2), Float64Array.of(1, 2, 3, 0), 'a longer buffer');
      throwsCode('typeMismatch', () => world.recvInto(new Float64Array(4), left, 3));
    },
  },
  {
    rule: '5.1.2: vector and indexed layouts pick elements to send, and put them in place',
    run: (world: Communicator, mpi: Mpi): void => {
      const { left, right } = ring(world);
      const matrix = Float64Array.from(ranks(12)); // 3 rows of 4
      world.send(mpi.vector(matrix, { count: 3, stride: 4, offset: 1 }), right, 1);
      const target = new Float64Array(12);
      world.recvInto(mpi.vector(target, { count: 3, stride: 4, offset: 2 }), left, 1);
      same([...target], [0, 0, 1, 0, 0, 0, 5, 0, 0, 0, 9, 0], 'column 1 in column 2');
      world.send(mpi.indexed(matrix, [8, 0, 5], [2, 1, 3]), right, 2);
      same([...world.recv<Float64Array>(left, 2)], [8, 9, 0, 5, 6, 7], 'indexed runs, packed');
      world.send(matrix.subarray(0, 3), right, 3);
      const whole = new Float64Array(4);
      world.recvInto(mpi.indexed(whole, [3, 2, 1, 0]), left, 3);
      same([...whole], [0, 2, 1, 0], 'fewer elements than the layout has');
      throwsCode('badBuffer', () => mpi.vector(matrix, { count: 4, stride: 4, offset: 1 }));
      throwsCode('badBuffer', () => mpi.indexed(matrix, [0, 1], [1]));
    },
  },
];
