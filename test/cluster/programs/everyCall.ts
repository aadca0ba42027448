/** Every call of the message-passing API, each against what it must give by definition. */
import assert from 'node:assert/strict';
import {
  ANY_SOURCE,
  ANY_TAG,
  BAND,
  BOR,
  BXOR,
  LAND,
  LOR,
  LXOR,
  MAX,
  MAXLOC,
  MIN,
  MINLOC,
  PROD,
  SUM,
  Status,
  spmd,
} from 'lockstep';

export default spmd(({ world, log }) => {
  const { rank, size } = world;
  const ranks = Array.from({ length: size }, (_, k) => k);
  const right = (rank + 1) % size;
  const left = (rank + size - 1) % size;
  const same = (actual: unknown, expected: unknown, what: string) => assert.deepEqual(actual, expected, what);

  // point to point: values of every kind, around the ring and to oneself
  const values = [
    undefined,
    null,
    -0,
    NaN,
    12345678901234567890n,
    'über €🙂',
    [1, [2, [3]]],
    { a: { b: 'c' } },
    new Map([['k', new Set([1, 2])]]),
    new Date(0),
    Float64Array.of(1.5, -2),
    new Uint8Array(0),
    Uint16Array.of(1, 2, 3).buffer,
    /x+/gi,
  ];
  for (const [tag, value] of values.entries()) {
    world.send(value, right, tag);
    same(world.recv(left, tag), value, `send and recv of value ${tag}`);
    same(world.sendrecv(value, right, tag, left, tag), value, `sendrecv of value ${tag}`);
  }
  world.send({ rank }, rank, 99);
  same(world.recv(rank, 99), { rank }, 'a message to oneself');

  // out of order by tag, in order within a tag
  for (let i = 0; i < 10; i += 1) world.send(i, right, i % 2);
  const odd = Array.from({ length: 5 }, () => world.recv(left, 1));
  const even = Array.from({ length: 5 }, () => world.recv(left, 0));
  same(
    [odd, even],
    [
      [1, 3, 5, 7, 9],
      [0, 2, 4, 6, 8],
    ],
    'matching by tag',
  );

  // wildcards, status and probe
  const status = new Status();
  world.send('to be probed', right, 42);
  const probed = world.probe(ANY_SOURCE, ANY_TAG);
  same([probed.source, probed.tag], [left, 42], 'probe');
  same(world.recv(ANY_SOURCE, ANY_TAG, status), 'to be probed', 'recv of any');
  same([status.source, status.tag], [left, 42], 'status');
  world.barrier();
  if (rank > 0) world.send(rank, 0, 5);
  else {
    const from = ranks.slice(1).map(() => world.recv<number>(ANY_SOURCE, 5, status));
    same(
      from.sort((a, b) => a - b),
      ranks.slice(1),
      'recv from any source',
    );
  }

  // collectives, at every root
  for (const root of ranks) {
    const there = rank === root;
    same(world.bcast(there ? { root } : undefined, root), { root }, 'bcast');
    same(world.scatter(there ? ranks.map((k) => `for ${k}`) : undefined, root), `for ${rank}`, 'scatter');
    same(world.gather(rank * rank, root), there ? ranks.map((k) => k * k) : undefined, 'gather');
    const sum = Float64Array.of(size, (size * (size - 1)) / 2);
    same(world.reduce(Float64Array.of(1, rank), SUM, root), there ? sum : undefined, 'reduce');
    world.barrier();
  }
  same(
    world.allgather([rank]),
    ranks.map((k) => [k]),
    'allgather',
  );
  same(
    world.alltoall(ranks.map((k) => `${rank} to ${k}`)),
    ranks.map((k) => `${k} to ${rank}`),
    'alltoall',
  );

  const number = (k: number) => ((k * 7) % 5) + 1;
  const all = ranks.map(number);
  const fold = (combine: (a: number, b: number) => number) => all.reduce(combine);
  same(
    world.allreduce(number(rank)),
    fold((a, b) => a + b),
    'SUM',
  );
  same(
    world.allreduce(number(rank), PROD),
    fold((a, b) => a * b),
    'PROD',
  );
  same(world.allreduce(number(rank), MIN), Math.min(...all), 'MIN');
  same(world.allreduce(number(rank), MAX), Math.max(...all), 'MAX');
  same(
    world.allreduce(number(rank), BAND),
    fold((a, b) => a & b),
    'BAND',
  );
  same(
    world.allreduce(number(rank), BOR),
    fold((a, b) => a | b),
    'BOR',
  );
  same(
    world.allreduce(number(rank), BXOR),
    fold((a, b) => a ^ b),
    'BXOR',
  );
  same(world.allreduce(rank === 0, LAND), size === 1, 'LAND');
  same(world.allreduce(rank === 0, LOR), true, 'LOR');
  same(world.allreduce(true, LXOR), size % 2 === 1, 'LXOR');
  same(
    world.allreduce([number(rank), rank], MINLOC),
    [Math.min(...all), all.indexOf(Math.min(...all))],
    'MINLOC',
  );
  same(
    world.allreduce([number(rank), rank], MAXLOC),
    [Math.max(...all), all.indexOf(Math.max(...all))],
    'MAXLOC',
  );
  same(
    world.allreduce(`${rank}`, (a, b) => a + b),
    ranks.join(''),
    'an operation of one’s own, in the order of ranks',
  );
  world.barrier();
  log('all checks passed');
});
