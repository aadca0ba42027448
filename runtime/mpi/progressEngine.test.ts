import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Envelope, type Message, type Payload, messageModes, payloadBytes } from '../protocol/envelope';
import { type Wait, describeWait } from '../protocol/node';
import { copyPayload, decode, encode } from '../core/codec';
import type { Endpoint } from '../transport/endpoint';
import { type Communicator, createWorld } from './communicator';
import { ProgressEngine } from './progressEngine';
import { type Collective, encodeSignature } from './collectives/signature';
import { SUM } from './operations';
import { Status } from './status';

/** One end of a transport whose other end is the test: each wait brings the next of `later`, or fails. */
class ScriptedEndpoint implements Endpoint {
  readonly rank = 1;
  readonly size = 4;
  readonly sent: Message[] = [];
  readonly waits: string[] = [];
  readonly arrived: Message[] = [];
  private readonly sequences = new Map<string, number>();

  constructor(private readonly later: Message[][] = []) {}

  send(envelope: Envelope, payload: Payload): void {
    this.sent.push({ envelope, payload: copyPayload(payload) });
  }

  poll(): Message | undefined {
    const message = this.arrived.shift();
    if (!message) return undefined;
    const key = `${message.envelope.communicator} ${message.envelope.source}`;
    const sequence = this.sequences.get(key) ?? 0;
    this.sequences.set(key, sequence + 1);
    return { ...message, envelope: { ...message.envelope, sequence } };
  }

  wait(wait: Wait): void {
    wait.update?.();
    this.waits.push(describeWait(wait));
    const messages = this.later.shift();
    if (!messages) throw new Error('gone');
    this.arrived.push(...messages);
  }

  arrival(): Promise<void> {
    return Promise.reject(new Error('gone'));
  }
}

function from(source: number, tag: number, value: unknown, clock = 1, communicator = 0): Message {
  const payload = copyPayload(encode(value, 'test'));
  const bytes = payloadBytes(payload);
  const mode = messageModes.eager;
  return {
    envelope: {
      mode,
      communicator,
      source,
      destination: 1,
      tag,
      sequence: 0,
      messageId: 0,
      clock,
      bytes,
      signature: 0,
    },
    payload,
  };
}

const worldOn = (endpoint: Endpoint): Communicator => createWorld(new ProgressEngine(endpoint));

const idle: Wait = { operation: 'recv', communicator: 'world' };

describe('progress engine', () => {
  it('names every message: sequence by destination and communicator, id, clock', () => {
    const endpoint = new ScriptedEndpoint([[from(3, 0, 'x', 41)]]);
    const engine = new ProgressEngine(endpoint);
    engine.startSend(0, 2, 5, encode('a', 'send'), 'standard', idle);
    engine.startSend(0, 3, 5, encode('b', 'send'), 'standard', idle);
    engine.startSend(8, 2, 5, encode('c', 'send'), 'standard', idle);
    engine.receive(0, 3, 0, idle);
    engine.startSend(0, 2, 6, encode('d', 'send'), 'standard', idle);
    const named = (part: Partial<Envelope>) => ({
      mode: messageModes.eager,
      source: 1,
      bytes: 1,
      signature: 0,
      ...part,
    });
    assert.deepEqual(
      endpoint.sent.map(({ envelope }) => envelope),
      [
        named({ communicator: 0, destination: 2, tag: 5, sequence: 0, messageId: 2 ** 32, clock: 1 }),
        named({ communicator: 0, destination: 3, tag: 5, sequence: 0, messageId: 2 ** 32 + 1, clock: 2 }),
        named({ communicator: 8, destination: 2, tag: 5, sequence: 0, messageId: 2 ** 32 + 2, clock: 3 }),
        // The receive moved the clock past the sender's: 42.
        named({ communicator: 0, destination: 2, tag: 6, sequence: 1, messageId: 2 ** 32 + 3, clock: 43 }),
      ],
    );
  });

  it('keeps a message to itself in memory of its own', () => {
    const engine = new ProgressEngine(new ScriptedEndpoint());
    const data = new Uint8Array([1, 2, 3]);
    engine.startSend(0, 1, 0, encode(data, 'send'), 'standard', idle);
    engine.startSend(0, 1, 0, encode('second', 'send'), 'standard', idle);
    data.fill(9);
    assert.deepEqual(decode(engine.receive(0, 1, 0, idle).payload), new Uint8Array([1, 2, 3]));
    assert.equal(decode(engine.receive(0, 1, 0, idle).payload), 'second');
  });

  it('a receive whose wait fails takes no later message', () => {
    const endpoint = new ScriptedEndpoint();
    const engine = new ProgressEngine(endpoint);
    assert.throws(() => engine.receive(0, 2, 0, idle), { message: 'gone' });
    endpoint.arrived.push(from(2, 0, 'late'));
    assert.equal(decode(engine.receive(0, 2, 0, idle).payload), 'late');
  });
});

describe('communicator', () => {
  it('says what it waits for, as the program called it', () => {
    const token = (source: number, tag: number, call: Collective, algorithm: string): Message => {
      const { envelope, payload } = from(source, tag, 1, 1, 1);
      const operation = call === 'allreduce' ? SUM : undefined;
      const root = call === 'bcast' ? 0 : undefined;
      const signature = encodeSignature({ call, nonblocking: false, algorithm, operation, root });
      return { envelope: { ...envelope, signature }, payload };
    };
    const endpoint = new ScriptedEndpoint([
      [from(2, 7, 'r')],
      [from(0, 1, 'p')],
      [],
      [from(3, 4, 's')],
      [token(0, 0, 'barrier', 'dissemination')],
      [token(3, 0, 'barrier', 'dissemination')],
      [token(0, 1, 'allreduce', 'recursiveDoubling')],
      [token(3, 1, 'allreduce', 'recursiveDoubling')],
      [token(0, 2, 'bcast', '')],
    ]);
    const world = worldOn(endpoint);
    world.recv(2, 7);
    world.probe();
    world.recv();
    world.sendrecv('x', 0, 2, 3, 4);
    world.barrier();
    world.allreduce(1);
    world.bcast(0);
    assert.deepEqual(endpoint.waits, [
      'recv(source 2, tag 7)',
      'probe(source any, tag any)',
      'sendrecv(node 3, tag 4)',
      'sendrecv(node 3, tag 4)',
      'barrier (waits for node 0)',
      'barrier (waits for node 3)',
      'allreduce(SUM) (waits for node 0)',
      'allreduce(SUM) (waits for node 3)',
      'bcast(root 0) (waits for node 0)',
    ]);
  });

  it('tells source, tag, size and count of a message', () => {
    const world = worldOn(new ScriptedEndpoint([[from(2, 9, new Float32Array(6))]]));
    const status = new Status();
    const probed = world.probe();
    assert.equal(world.probe(2, 9, status), status);
    const received = new Status();
    world.recv(undefined, undefined, received);
    for (const each of [probed, status, received]) {
      assert.deepEqual({ ...each }, { source: 2, tag: 9, bytes: 24, count: 6, cancelled: false });
    }
  });

  it('takes its arguments in the order of mpi4py', () => {
    const endpoint = new ScriptedEndpoint();
    const world = worldOn(endpoint);
    world.send('a', 2);
    world.send('b', 3, 11);
    assert.deepEqual(
      endpoint.sent.map(({ envelope: { destination, tag }, payload }) => [destination, tag, decode(payload)]),
      [
        [2, 0, 'a'],
        [3, 11, 'b'],
      ],
    );
    assert.deepEqual([world.rank, world.size, world.name], [1, 4, 'world']);
  });
});

describe('communicator: wrong arguments', () => {
  const ranks = 'is not a rank of world, which has ranks 0 to 3.';
  const tags = 'is not a whole number from 0 to 2147483647.';
  const count = 'it takes an array with one element for each of the 4 ranks of world, and got';
  const wrong = (value: unknown): never => value as never;
  const cases: [code: string, message: string, call: (world: Communicator) => unknown][] = [
    ['rankOutOfRange', `send: destination 4 ${ranks}`, (world) => world.send(1, 4)],
    ['rankOutOfRange', `send: destination -1 ${ranks}`, (world) => world.send(1, -1)],
    ['rankOutOfRange', `send: destination 1.5 ${ranks}`, (world) => world.send(1, 1.5)],
    ['rankOutOfRange', `send: destination "1" ${ranks}`, (world) => world.send(1, wrong('1'))],
    ['rankOutOfRange', `send: destination undefined ${ranks}`, (world) => world.send(1, wrong(undefined))],
    ['rankOutOfRange', `recv: source 4 ${ranks}`, (world) => world.recv(4)],
    ['rankOutOfRange', `recv: source -3 ${ranks}`, (world) => world.recv(-3)],
    ['rankOutOfRange', `probe: source NaN ${ranks}`, (world) => world.probe(NaN)],
    ['rankOutOfRange', `sendrecv: destination 9 ${ranks}`, (world) => world.sendrecv(1, 9)],
    ['rankOutOfRange', `sendrecv: source 9 ${ranks}`, (world) => world.sendrecv(1, 0, 0, 9)],
    ['rankOutOfRange', `bcast: root 7 ${ranks}`, (world) => world.bcast(1, 7)],
    ['rankOutOfRange', `scatter: root 7 ${ranks}`, (world) => world.scatter([], 7)],
    ['rankOutOfRange', `gather: root 7 ${ranks}`, (world) => world.gather(1, 7)],
    ['rankOutOfRange', `reduce: root 7 ${ranks}`, (world) => world.reduce(1, undefined, 7)],
    ['badTag', `send: tag -1 ${tags}`, (world) => world.send(1, 0, -1)],
    ['badTag', `send: tag 2147483648 ${tags}`, (world) => world.send(1, 0, 2 ** 31)],
    ['badTag', `recv: tag 0.5 ${tags}`, (world) => world.recv(0, 0.5)],
    ['badTag', `sendrecv: tag -1 ${tags}`, (world) => world.sendrecv(1, 0, -1)],
    ['badTag', `sendrecv: tag -3 ${tags}`, (world) => world.sendrecv(1, 0, 0, 0, -3)],
    ['badCount', `scatter: ${count} an array of 3.`, (world) => world.scatter([1, 2, 3], 1)],
    ['badCount', `scatter: ${count} undefined.`, (world) => world.scatter(undefined, 1)],
    ['badCount', `scatter: ${count} "abcd".`, (world) => world.scatter('abcd', 1)],
    ['badCount', `alltoall: ${count} an array of 5.`, (world) => world.alltoall(new Float64Array(5))],
    ['badCount', `alltoall: ${count} an object.`, (world) => world.alltoall(wrong({}))],
    [
      'notClonable',
      'gather: the value cannot be sent to another node: there is a function at .then. ' +
        'Send plain data: numbers, strings, arrays, objects, maps, sets, typed arrays.',
      (world) => world.gather({ then: () => 1 }),
    ],
  ];
  for (const [code, message, call] of cases) {
    it(message, () => {
      const endpoint = new ScriptedEndpoint();
      assert.throws(() => call(worldOn(endpoint)), { name: 'LockstepError', code, message });
      assert.deepEqual(endpoint.sent, []);
    });
  }
});
