import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { encodeMessageHeader } from '../../core/framing';
import type { Blocking } from '../blocking';
import { checkMessage, envelopeOf, payloadOf } from '../testing/knownMessages';
import { DataLinkEndpoint, type LinkOpener } from './dataLinkEndpoint';
import { type NativeSockets, notNow } from './nativeSockets';
import { PollSet } from './pollSet';

const file = 30;
const input = 1;

/** An endpoint with links from so many nodes, 5 among them, whose calls of the system are counted. */
function linked(sources: number) {
  const arriving = new Map<number, Buffer>();
  const calls = { poll: 0, receive: 0 };
  const native = {
    pipe: () => [0, 0],
    poll(cells: Int32Array, count: number) {
      calls.poll += 1;
      for (let i = 0; i < count; i += 1) {
        const asked = cells[2 * i + 1] as number;
        const has = arriving.has(cells[2 * i] as number);
        cells[2 * i + 1] = (asked & 0xffff) | (has ? input << 16 : 0);
      }
    },
    receive(from: number, bytes: Uint8Array) {
      calls.receive += 1;
      const come = arriving.get(from);
      if (come === undefined) return notNow;
      bytes.set(come);
      arriving.delete(from);
      return come.length;
    },
  } as unknown as NativeSockets;
  const polls = new PollSet(native);
  const asked: { ready?: () => boolean; glance?: () => boolean } = {};
  const blocking: Blocking = {
    block(_, ready, glance) {
      Object.assign(asked, { ready, glance });
    },
    rung: () => Promise.resolve(),
    pausing: () => undefined,
    countSent: () => undefined,
    countReceived: () => undefined,
  };
  const agent: LinkOpener = {
    pump: () => false,
    open: () => undefined,
    tellLost: () => undefined,
    inMessage: () => undefined,
  };
  const endpoint = new DataLinkEndpoint(7, 16, native, polls, agent, blocking);
  for (let i = 0; i < sources; i += 1) endpoint.accepted(5 + i, file + i, Buffer.alloc(0));
  while (endpoint.poll() !== undefined);
  endpoint.wait({ operation: 'recv', communicator: 'world' });
  const { ready, glance } = asked as Required<typeof asked>;
  const payload = payloadOf(0, [8]);
  const arrive = (times = 1, source = 5) => {
    const envelope = { ...envelopeOf(0, payload), source };
    const whole = Buffer.concat([encodeMessageHeader(envelope, payload), ...payload.parts]);
    arriving.set(file + source - 5, Buffer.concat(Array.from({ length: times }, () => whole)));
  };
  return { calls, polls, endpoint, ready, glance, arrive };
}

describe('a node that waits for data links', () => {
  for (const sources of [1, 6]) {
    test(`asks the system while it looks, and not again before it sleeps (links: ${sources})`, () => {
      const { calls, polls, endpoint, ready, glance, arrive } = linked(sources);
      const before = { ...calls };
      assert.equal(ready(), false);
      assert.deepEqual(calls, before);
      assert.equal(glance(), false);
      assert.equal(calls.poll + calls.receive, before.poll + before.receive + 1);

      arrive();
      assert.equal(ready(), false);
      assert.equal(polls.wait(1000), true); // it sleeps, and is woken at once
      assert.equal(ready(), true);
      const message = endpoint.poll();
      assert.ok(message);
      checkMessage(message, 0, [8]);

      arrive();
      assert.equal(glance(), true);
    });

    test(`does not sleep on a second message that came with the first (links: ${sources})`, () => {
      const { calls, endpoint, ready, arrive } = linked(sources);
      arrive(2);
      assert.ok(endpoint.poll());
      const before = { ...calls };
      assert.equal(ready(), true);
      assert.deepEqual(calls, before);
      assert.ok(endpoint.poll());
    });
  }

  test('looks at the link alone that is likely to have the next message, and at all of them now and then', () => {
    const { calls, endpoint, glance, arrive } = linked(6);
    for (let i = 0; i < 3; i += 1) {
      arrive();
      assert.ok(endpoint.poll());
    }
    assert.equal(endpoint.poll(true), undefined);
    const before = { ...calls };
    for (let i = 0; i < 8; i += 1) assert.equal(glance(), false);
    assert.deepEqual(calls, { poll: before.poll + 1, receive: before.receive + 7 });
    arrive(1, 8);
    let glances = 1;
    while (!glance()) glances += 1;
    assert.ok(glances <= 8, `${glances} glances`);
    assert.equal(endpoint.poll()?.envelope.source, 8);
  });

  test('looks at the link first whose message came next the last time', () => {
    const { calls, endpoint, arrive } = linked(6);
    for (const source of [5, 9, 5, 9, 5]) {
      arrive(1, source);
      assert.equal(endpoint.poll()?.envelope.source, source);
    }
    assert.equal(endpoint.poll(), undefined);
    const before = { ...calls };
    arrive(1, 9);
    assert.equal(endpoint.poll(true)?.envelope.source, 9);
    assert.deepEqual(calls, { poll: before.poll, receive: before.receive + 1 });
  });

  test('asks all links at once where nobody waits, whichever brought the last messages', () => {
    const { endpoint, arrive } = linked(6);
    for (const source of [5, 5, 5, 7]) {
      arrive(1, source);
      assert.equal(endpoint.poll()?.envelope.source, source);
    }
  });

  for (const sources of [2, 6]) {
    test(`takes a message though another link has more and more of them (links: ${sources})`, () => {
      const { endpoint, arrive } = linked(sources);
      for (let taken = 1; ; taken += 1) {
        if (taken === 4) arrive(1, 6);
        arrive(3);
        const source = endpoint.poll(true)?.envelope.source;
        if (source === 6) break;
        assert.equal(source, 5);
        assert.ok(taken < 100);
      }
    });
  }
});
