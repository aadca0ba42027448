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
  let arriving = Buffer.alloc(0);
  const calls = { poll: 0, receive: 0 };
  const native = {
    pipe: () => [0, 0],
    poll(cells: Int32Array, count: number) {
      calls.poll += 1;
      for (let i = 0; i < count; i += 1) {
        const asked = cells[2 * i + 1] as number;
        const has = cells[2 * i] === file && arriving.length > 0;
        cells[2 * i + 1] = (asked & 0xffff) | (has ? input << 16 : 0);
      }
    },
    receive(from: number, bytes: Uint8Array) {
      calls.receive += 1;
      if (from !== file || arriving.length === 0) return notNow;
      const { length } = arriving;
      bytes.set(arriving);
      arriving = Buffer.alloc(0);
      return length;
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
  const whole = Buffer.concat([encodeMessageHeader(envelopeOf(0, payload), payload), ...payload.parts]);
  const arrive = (bytes = whole) => (arriving = bytes);
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
      const one = arrive();
      arrive(Buffer.concat([one, one]));
      assert.ok(endpoint.poll());
      const before = { ...calls };
      assert.equal(ready(), true);
      assert.deepEqual(calls, before);
      assert.ok(endpoint.poll());
    });
  }
});
