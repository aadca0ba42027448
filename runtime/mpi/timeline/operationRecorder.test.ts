import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ANY_SOURCE, type Envelope, type Message, type Payload } from '../../protocol/envelope';
import type { Wait } from '../../protocol/node';
import {
  type Operation,
  operationBytes,
  OperationReader,
  type OperationWords,
} from '../../protocol/operations';
import { copyPayload } from '../../core/codec';
import type { Endpoint } from '../../transport/endpoint';
import { type Communicator, createWorld } from '../communicator';
import { ProgressEngine } from '../progressEngine';
import { waitAll } from '../waitRequests';
import { OperationRecorder } from './operationRecorder';
import { OperationRing } from './operationRing';

/** Two ranks in one thread: what one sends lies at the other, which must not have to wait. */
class PairEndpoint implements Endpoint {
  readonly size = 2;
  private readonly arrived: Message[] = [];
  other: PairEndpoint | undefined;

  constructor(
    readonly rank: number,
    private readonly onWait: (wait: Wait) => void,
  ) {}

  send(envelope: Envelope, payload: Payload): void {
    this.other?.arrived.push({ envelope, payload: copyPayload(payload) });
  }

  poll(): Message | undefined {
    return this.arrived.shift();
  }

  wait(wait: Wait): void {
    this.onWait(wait);
  }

  arrival(): Promise<void> {
    return Promise.reject(new Error('nothing more comes'));
  }
}

/** A node that is recorded; each look at the clock is a millisecond later than the one before. */
class RecordedNode {
  readonly words: OperationWords = { names: [], sites: [] };
  readonly world: Communicator;
  readonly engine: ProgressEngine;
  readonly ring: OperationRing;
  line = 1;

  constructor(
    endpoint: Endpoint,
    readonly clock: { ms: number },
    records?: number,
  ) {
    const memory = OperationRing.allocate(records);
    this.ring = new OperationRing(memory);
    this.ring.wanted = true;
    const recorder = new OperationRecorder(
      new OperationRing(memory),
      { key: () => this.line, locate: () => ({ file: '/p.ts', line: this.line, column: 1 }) },
      () => (clock.ms += 1),
      { onName: (name) => this.words.names.push(name), onSite: (at) => this.words.sites.push(at) },
    );
    this.engine = new ProgressEngine(endpoint, { recorder, eagerLimitBytes: 64 });
    this.world = createWorld(this.engine);
  }

  operations(): Operation[] {
    const all: Operation[] = [];
    this.ring.drain((bytes) => {
      assert.equal(bytes.length % operationBytes, 0);
      const reader = new OperationReader(bytes);
      for (let i = 0; i < reader.length; i += 1) all.push(reader.operation(i, this.words, 0));
    });
    return all;
  }
}

/** Two recorded nodes; `onWait` is what the one does while the other would block. */
function pair(onWait: (rank: number) => void = () => assert.fail('nobody is to wait'), records?: number) {
  const clock = { ms: 0 };
  const ends = [0, 1].map((rank) => new PairEndpoint(rank, () => onWait(rank)));
  const [a, b] = ends as [PairEndpoint, PairEndpoint];
  [a.other, b.other] = [b, a];
  return [new RecordedNode(a, clock, records), new RecordedNode(b, clock, records)] as const;
}

const brief = ({ kind, name, role, peer, tag, bytes, clock, beginMs, endMs, at }: Operation) => ({
  kind,
  name,
  role,
  peer,
  tag,
  bytes,
  clock,
  took: endMs - beginMs,
  line: at?.line,
});

describe('operation recorder', () => {
  it('records a send and its receive as one call each, with the same message id', () => {
    const [a, b] = pair();
    a.line = 12;
    a.world.send('hello', 1, 7);
    b.line = 34;
    b.world.recv(0, 7);
    const [sent, ...rest] = a.operations();
    const [received, ...others] = b.operations();
    assert.deepEqual([...rest, ...others], []);
    assert.ok(sent && received);
    const shared = { kind: 'call', tag: 7, bytes: 5 };
    assert.deepEqual(brief(sent), {
      ...shared,
      name: 'send',
      role: 'send',
      peer: 1,
      clock: 1,
      took: sent.endMs - sent.beginMs,
      line: 12,
    });
    assert.deepEqual(brief(received), {
      ...shared,
      name: 'recv',
      role: 'receive',
      peer: 0,
      clock: 2,
      took: received.endMs - received.beginMs,
      line: 34,
    });
    assert.equal(sent.messageId, received.messageId);
    assert.deepEqual([sent.communicator, received.communicator], ['world', 'world']);
  });

  it('looks at the clock once for a small message that leaves at once, when it has left, and for one that lies here', () => {
    const [a, b] = pair();
    const exchange = (): number[] => {
      const times = [a.clock.ms];
      a.world.send('hello', 1);
      times.push(a.clock.ms);
      b.world.recv();
      return [...times, b.clock.ms];
    };
    exchange(); // the first one finds out where its calls are made
    const [before, between, after] = exchange() as [number, number, number];
    // Each call has two looks more, at what it takes to find out where it is made.
    assert.deepEqual([between - before, after - between], [3, 3]);
    const sent = a.operations().at(-1) as Operation;
    const received = b.operations().at(-1) as Operation;
    assert.deepEqual([sent.endMs, received.endMs], [before + 1, after]);
    assert.ok(sent.beginMs < sent.endMs && sent.endMs - sent.beginMs < 0.001);
    assert.ok(received.beginMs < received.endMs && received.beginMs > sent.endMs);
  });

  it('looks at nothing between a message that was waited for and its answer that has left', () => {
    const [a, b] = pair(() => {
      const tick = b.engine.recorder?.waiting();
      b.clock.ms += 10;
      tick?.();
      a.world.send('question', 1);
      foundMs = b.clock.ms;
    });
    let foundMs = 0;
    let answeredMs = 0;
    b.world.recv();
    const { send } = b.engine.endpoint;
    b.engine.endpoint.send = (envelope, payload, wait) => {
      answeredMs = b.clock.ms;
      send.call(b.engine.endpoint, envelope, payload, wait);
    };
    b.world.send('answer', 0);
    assert.equal(answeredMs, foundMs);
    const [received, answer] = b.operations() as [Operation, Operation];
    const [asked] = a.operations() as [Operation];
    assert.ok(received.endMs < foundMs && received.endMs - received.beginMs >= 10);
    assert.ok(received.endMs <= answer.beginMs && answer.beginMs > asked.endMs);
  });

  it('times a send that takes long, and a receive that slept, at both ends: none comes before it was sent', () => {
    let looks = 0;
    const [a, b] = pair((rank) => {
      nodes[rank]?.engine.recorder?.waiting();
      looks = a.clock.ms += 10;
      nodes[rank]?.engine.recorder?.pause();
      if (rank === 1) a.world.send('late', 1);
      else request.test();
    });
    const nodes = [a, b];
    b.world.recv();
    const [received] = b.operations() as [Operation];
    const [late] = a.operations() as [Operation];
    assert.ok(received.beginMs < looks && late.beginMs > looks && received.endMs > late.beginMs);
    const request = b.world.irecv();
    a.world.ssend('waits', 1);
    const [sent] = a.operations() as [Operation];
    assert.ok(sent.beginMs < looks && sent.endMs > looks);
    request.wait();
  });

  it('looks at the clock before and after a large message', () => {
    const [a, b] = pair();
    a.engine.eagerLimitBytes = 1 << 20;
    const { send } = a.engine.endpoint;
    let leavesMs = 0;
    a.engine.endpoint.send = (envelope, payload, wait) => {
      leavesMs = a.clock.ms += 10;
      send.call(a.engine.endpoint, envelope, payload, wait);
    };
    a.world.send(new Uint8Array(5000), 1);
    const betweenMs = a.clock.ms;
    b.world.recv();
    const [sent] = a.operations() as [Operation];
    const [received] = b.operations() as [Operation];
    assert.ok(sent.beginMs < leavesMs - 9 && sent.endMs > leavesMs && sent.endMs <= betweenMs);
    assert.ok(received.beginMs >= betweenMs && received.endMs - received.beginMs >= 1);
  });

  it('says of a large message of a collective when it began to leave and when it had left', () => {
    const [a, b] = pair();
    a.engine.eagerLimitBytes = 1 << 20;
    const { send } = a.engine.endpoint;
    a.engine.endpoint.send = (envelope, payload, wait) => {
      a.clock.ms += 10;
      send.call(a.engine.endpoint, envelope, payload, wait);
    };
    a.world.bcast(new Uint8Array(5000), 0);
    b.world.bcast(undefined, 0);
    const [sent] = a.operations() as [Operation];
    assert.deepEqual([sent.kind, sent.role, sent.bytes >= 5000], ['message', 'send', true]);
    assert.ok(sent.endMs - sent.beginMs >= 10);
  });

  it('keeps a message to the node itself under the clock of its receive', () => {
    const [a] = pair();
    const request = a.world.irecv(0);
    a.world.send('to myself', 0);
    request.wait();
    const clocks = a.operations().map(({ clock }) => clock);
    assert.deepEqual(clocks, [0, 2, 2]);
  });

  it('records a request from its call to its completion, with what it received', () => {
    const [a, b] = pair();
    const request = b.world.irecv(0, 3);
    a.world.send(1, 1, 3);
    waitAll([request]);
    const all = b.operations();
    assert.deepEqual(
      all.map(({ kind, name, role }) => [kind, name, role]),
      [
        ['call', 'irecv', 'none'],
        ['request', 'irecv', 'receive'],
        ['call', 'waitAll', 'none'],
      ],
    );
    const [call, done, wait] = all as [Operation, Operation, Operation];
    assert.equal(call.messageId, -1);
    assert.equal(done.messageId, a.operations()[0]?.messageId);
    assert.equal(done.beginMs, call.beginMs);
    assert.ok(done.endMs > wait.beginMs && done.endMs < wait.endMs);
  });

  it('records a send above the eager limit until it is taken, under the clock that its answer brings', () => {
    const [a, b] = pair((rank) => rank === 0 && request.test());
    const request = b.world.irecv(ANY_SOURCE, 0);
    a.world.send(new Float64Array(100), 1);
    request.wait();
    const [send] = a.operations();
    assert.deepEqual(send && [send.kind, send.bytes, send.role, send.clock], ['call', 800, 'send', 4]);
  });

  it('records both messages of a sendrecv', () => {
    const [a, b] = pair();
    b.world.send('b', 0, 1);
    a.world.sendrecv('a', 1, 2, 1, 1);
    b.world.recv(0, 2);
    const messages = a.operations().map(({ kind, name, role, tag }) => [kind, name, role, tag]);
    assert.deepEqual(messages, [
      ['message', 'sendrecv', 'send', 2],
      ['call', 'sendrecv', 'receive', 1],
    ]);
  });

  it('names the algorithm of a collective, and its messages', () => {
    const [a, b] = pair((rank) => rank === 0 && pending.test());
    const pending = b.world.iallreduce(2);
    a.world.iallreduce(1).wait();
    pending.wait();
    const calls = a.operations().filter(({ name }) => name === 'iallreduce');
    const done = calls.find(({ kind }) => kind === 'request');
    assert.equal(done?.algorithm, 'recursiveDoubling');
    assert.deepEqual(
      calls.filter(({ kind }) => kind === 'message').map(({ role, peer }) => [role, peer]),
      [['send', 1]],
    );
  });

  it('names the meeting that a collective had in shared memory, and no other call', () => {
    const [a] = pair();
    const { recorder } = a.engine;
    recorder?.begin({ operation: 'barrier', communicator: 'world' });
    recorder?.met(9, 65_536, 40, 1);
    recorder?.end('sharedMemory');
    recorder?.begin({ operation: 'barrier', communicator: 'world' });
    recorder?.end('dissemination');
    const meetings = a.operations().map(({ role, messageId, tag, peer, clock }) => {
      return { role, messageId, tag, peer, clock };
    });
    assert.deepEqual(meetings, [
      { role: 'none', messageId: 65_536, tag: 40, peer: 1, clock: 9 },
      { role: 'none', messageId: -1, tag: -1, peer: -1, clock: 9 },
    ]);
  });

  it('records nothing while nobody wants it, nor a call in which that changed', () => {
    const [a, b] = pair();
    a.ring.wanted = false;
    a.world.send(1, 1);
    assert.deepEqual(a.operations(), []);
    a.ring.wanted = true;
    a.world.send(2, 1);
    b.world.recv();
    assert.equal(a.operations().length, 1);
    assert.equal(b.operations()[0]?.clock, 2);
  });

  it('goes on with the next call after one that failed', () => {
    const [a, b] = pair(() => {
      throw new Error('gone');
    });
    assert.throws(() => b.world.recv(0), { message: 'gone' });
    a.world.send(1, 1);
    b.world.recv(0);
    assert.deepEqual(
      b.operations().map(({ name }) => name),
      ['recv'],
    );
  });

  it('keeps what fits, and counts what does not, as often as the ring goes round', () => {
    const [a, b] = pair(undefined, 8);
    for (let round = 0; round < 5; round += 1) {
      for (let i = 0; i < 8 + round; i += 1) a.world.send(i, 1, round);
      assert.deepEqual(
        a.operations().map(({ tag }) => tag),
        new Array(8).fill(round),
      );
      assert.equal(a.ring.takeLost(), round);
    }
    assert.equal(b.operations().length, 0);
  });
});
