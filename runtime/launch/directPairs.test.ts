import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LockstepError } from '../protocol/errors';
import { type DirectEnd, DirectPairs, splitAddress } from './directPairs';

interface Asked {
  type: string;
  body: object;
}

/** A host whose relay reaches those of `reaches`; all that it is asked is written down. */
function host(id: string, reaches: string[]): DirectEnd & { asked: Asked[] } {
  const asked: Asked[] = [];
  return {
    id,
    name: `lab-${id}`,
    reachable: true,
    asked,
    direct(type, body) {
      asked.push({ type, body });
      if (type === 'listenDirect') return Promise.resolve({ port: 4000 });
      const other = (body as { host: string }).host;
      if (type !== 'connectDirect' || reaches.includes(other)) return Promise.resolve(undefined);
      const { address, port } = body as { address: string; port: number };
      const reason = 'connection refused';
      return Promise.reject(new LockstepError('directUnreachable', { address, port, reason }));
    },
  };
}

const addressed = (...hosts: DirectEnd[]) => hosts.map((each) => ({ host: each, address: each.name }));
const countOf = (asked: Asked[], type: string) => asked.filter((each) => each.type === type).length;
const neverLost = () => assert.fail('no link is lost');

test('each two hosts share a key of their own, known to the two alone', async () => {
  const hosts = [host('a', ['b', 'c']), host('b', ['c']), host('c', [])] as const;
  const pairs = new DirectPairs(neverLost);
  await pairs.connect(addressed(...hosts));
  const keys = new Map<unknown, string[]>();
  for (const { id, asked } of hosts) {
    for (const { body } of asked) {
      if (!('key' in body)) continue;
      assert.match(String(body.key), /^[0-9a-f]{64}$/);
      keys.set(body.key, [...(keys.get(body.key) ?? []), id]);
    }
  }
  assert.deepEqual([...keys.values()].map((ids) => ids.sort().join('')).sort(), ['ab', 'ac', 'bc']);
  assert.deepEqual(pairs.notices(new Set(['a', 'b', 'c'])), []);
  assert.equal(pairs.reasonOf('a'), undefined);
});

test('pairs that are linked stay as they are when the next job comes', async () => {
  const [a, b] = [host('a', ['b']), host('b', [])];
  const pairs = new DirectPairs(neverLost);
  await pairs.connect(addressed(a, b));
  await pairs.connect(addressed(a, b));
  assert.equal(countOf(a.asked, 'connectDirect'), 1);
});

test('where one way is closed the other is tried', async () => {
  const [a, b] = [host('a', []), host('b', ['a'])];
  const pairs = new DirectPairs(neverLost);
  await pairs.connect(addressed(a, b));
  assert.equal(countOf(b.asked, 'connectDirect'), 1);
  assert.deepEqual(pairs.notices(new Set(['a', 'b'])), []);
});

test('where both are closed the two are relayed: said with both names and the reason, and tried again', async () => {
  const [a, b] = [host('a', []), host('b', [])];
  const pairs = new DirectPairs(neverLost);
  await pairs.connect(addressed(a, b));
  const notice =
    'No direct link between lab-a and lab-b (from lab-b: connection refused at lab-a:4000): their messages go through this machine.';
  assert.deepEqual(pairs.notices(new Set(['a', 'b'])), [notice]);
  assert.deepEqual(pairs.notices(new Set(['a'])), []);
  for (const [id, other] of [
    ['a', 'lab-b'],
    ['b', 'lab-a'],
  ] as const) {
    const reason = 'from lab-b: connection refused at lab-a:4000';
    assert.equal(pairs.reasonOf(id), `Relayed, for want of a direct link: ${other} (${reason})`);
  }
  assert.equal(pairs.changed('a', 'b', 'lost'), undefined, 'a late word of an attempt that failed');
  for (const each of [a, b]) assert.ok(countOf(each.asked, 'dropDirect') > 0);
  await pairs.connect(addressed(a, b));
  assert.equal(countOf(a.asked, 'connectDirect'), 2);
});

test('a link that does not come back is told once, and ended on both sides; one of a host that goes is not', async () => {
  const [a, b, c] = [host('a', ['b', 'c']), host('b', ['c']), host('c', [])];
  const lost: string[] = [];
  const pairs = new DirectPairs((ends, error) =>
    lost.push(`${ends.map(({ id }) => id).join()} ${error.message}`),
  );
  await pairs.connect(addressed(a, b, c));
  assert.match(pairs.changed('b', 'a', 'broken')?.reason ?? '', /to lab-a broke/);
  assert.deepEqual(pairs.changed('b', 'a', 'back'), { reason: undefined }, 'what was said of it is dropped');
  pairs.forget('c');
  for (const from of ['a', 'b']) pairs.changed(from, 'c', 'lost');
  pairs.changed('b', 'a', 'lost');
  pairs.changed('a', 'b', 'lost');
  assert.equal(lost.length, 1);
  assert.match(lost[0] ?? '', /^a,b lab-a and lab-b: their direct link did not come back within 10 s/);
  for (const each of [a, b]) assert.ok(countOf(each.asked, 'dropDirect') > 0);
});

test('an address may name the port from which the listening one is forwarded', () => {
  const split = (text: string) => Object.values(splitAddress(text, 4000)).join(' ');
  assert.equal(split('10.0.0.7'), '10.0.0.7 4000');
  assert.equal(split('gate:7000'), 'gate 7000');
  assert.equal(split('[::1]:7000'), '::1 7000');
  assert.equal(split('fe80::1'), 'fe80::1 4000');
});
