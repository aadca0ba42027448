import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Operation } from '../../protocol/operations';
import { type NodeOperations, traceEvents, traceText } from './perfetto';

const operation = (part: Partial<Operation>): Operation => ({
  kind: 'call',
  name: 'send',
  beginMs: 1000,
  endMs: 1001,
  role: 'none',
  messageId: -1,
  clock: 1,
  peer: -1,
  tag: -1,
  communicator: 'world',
  bytes: 0,
  isLikeSite: false,
  ...part,
});

const at = { file: '/p.ts', line: 3, column: 5 };
const nodes: NodeOperations[] = [
  {
    rank: 0,
    host: 'here',
    operations: [
      operation({ role: 'send', messageId: 7, peer: 1, tag: 4, bytes: 8, at }),
      operation({ role: 'send', messageId: 8, beginMs: 1002, endMs: 1003 }),
    ],
  },
  {
    rank: 1,
    host: 'there',
    operations: [
      operation({ kind: 'request', name: 'irecv', role: 'receive', messageId: 7, endMs: 1005 }),
      operation({ kind: 'request', name: 'irecv', beginMs: 1001, endMs: 1004 }),
      operation({ name: 'wait', beginMs: 1004, endMs: 1006 }),
    ],
  },
];

describe('perfetto trace', () => {
  const events = [...traceEvents(nodes)];

  it('has a slice for each operation, in microseconds from the first', () => {
    const slices = events.filter(({ ph }) => ph === 'X');
    assert.deepEqual(
      slices.map(({ name, pid, ts, dur }) => [name, pid, ts, dur]),
      [
        ['send', 0, 0, 1000],
        ['send', 0, 2000, 1000],
        ['irecv', 1, 0, 5000],
        ['irecv', 1, 1000, 3000],
        ['wait', 1, 4000, 2000],
      ],
    );
    assert.deepEqual(slices[0]?.args, {
      communicator: 'world',
      peer: 1,
      tag: 4,
      bytes: 8,
      messageId: '7',
      algorithm: undefined,
      lamportClock: 1,
      source: '/p.ts:3',
    });
  });

  it('has an arrow for each message whose two ends are there, in the slices of these', () => {
    const arrows = events.filter(({ ph }) => ph === 's' || ph === 'f');
    assert.deepEqual(
      arrows.map(({ ph, id, pid, tid, ts, bp }) => [ph, id, pid, tid, ts, bp]),
      [
        ['s', '7', 0, 0, 0, undefined],
        ['f', '7', 1, 1, 5000, 'e'],
      ],
    );
  });

  it('has no arrow that goes back in time: the send is moved as far as its node was in no other call, then the receive', () => {
    const send = (beginMs: number, endMs: number, messageId: number) =>
      operation({ role: 'send', messageId, beginMs, endMs });
    const receive = (endMs: number, messageId: number) =>
      operation({ name: 'recv', role: 'receive', messageId, endMs });
    const all = [
      ...traceEvents([
        {
          rank: 0,
          host: 'here',
          operations: [send(1000, 1001, 1), send(1004, 1005, 2), send(1006, 1007, 3)],
        },
        { rank: 1, host: 'here', operations: [receive(1001, 1), receive(1003, 2), receive(1004, 3)] },
      ]),
    ];
    const at = (phase: string, id: string) => all.find((each) => each.ph === phase && each.id === id)?.ts;
    assert.deepEqual(
      ['1', '2', '3'].map((id) => [at('s', id), at('f', id)]),
      [
        [0, 1000],
        [3000, 3000],
        [5000, 5000],
      ],
    );
    const slices = all.filter(({ ph }) => ph === 'X');
    assert.deepEqual(
      slices.map(({ ts = 0, dur = 0 }) => [ts, ts + dur]),
      [
        [0, 1000],
        [3000, 5000],
        [5000, 7000],
        [0, 1000],
        [0, 3000],
        [0, 5000],
      ],
    );
  });

  it('numbers a call that met others in shared memory', () => {
    const met = operation({
      name: 'barrier',
      messageId: 65_536,
      tag: 40,
      peer: 2,
      algorithm: 'sharedMemory',
    });
    const events = [...traceEvents([{ rank: 0, host: 'here', operations: [met] }])];
    assert.deepEqual(events.find(({ ph }) => ph === 'X')?.args, {
      communicator: 'world',
      call: 41,
      nodes: 3,
      algorithm: 'sharedMemory',
      lamportClock: 1,
      source: undefined,
    });
    assert.ok(!events.some(({ ph }) => ph === 's' || ph === 'f'));
  });

  it('gives what overlaps threads of its own, and names each', () => {
    const threads = events.filter(({ name, pid }) => name === 'thread_name' && pid === 1);
    assert.deepEqual(
      threads.map(({ tid, args }) => [tid, args?.['name']]),
      [
        [0, 'calls'],
        [1, 'requests'],
        [2, 'requests'],
      ],
    );
  });

  it('has a moment for each fault on purpose: of its node, or of all where it is about messages', () => {
    const happened = { timeMs: 0, by: 'plan' } as const;
    const moments = [
      ...traceEvents(nodes, [
        { ...happened, monotonicMs: 999, fault: { fault: 'delay', ms: 5 } },
        { ...happened, monotonicMs: 1001, fault: { fault: 'stop', node: 1 } },
        { ...happened, monotonicMs: 1004, fault: { fault: 'stop', node: 1 }, ended: true },
      ]),
    ].filter(({ ph }) => ph === 'i');
    assert.deepEqual(
      moments.map(({ name, s, pid, ts }) => [name, s, pid, ts]),
      [
        ['fault: delay of 5 ms between all nodes', 'g', 0, 0],
        ['fault: node 1 stopped', 'p', 1, 2000],
        ['fault: node 1 stopped ended', 'p', 1, 5000],
      ],
    );
    assert.deepEqual(moments[0]?.args, { by: 'plan' });
  });

  it('is JSON, also without any operation', () => {
    const parse = (all: NodeOperations[]) =>
      JSON.parse([...traceText(all)].join('')) as { traceEvents: object[] };
    assert.equal(parse(nodes).traceEvents.length, events.length);
    assert.deepEqual(parse([]).traceEvents, []);
  });
});
