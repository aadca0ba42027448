import assert from 'node:assert/strict';
import { createSecretKey, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { maximumBodyBytes, maximumDatagramBytes, seal, unseal } from './datagram';
import { decodeMessage, encodeMessage, isLabel, type Message } from './message';
import { announcementOf } from './testing/announcements';

const key = createSecretKey(randomBytes(32));
const other = createSecretKey(randomBytes(32));

test('property: what is sealed opens under its key alone, and not once a single bit is another', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: maximumBodyBytes }),
      fc.nat(),
      fc.integer({ min: 0, max: 7 }),
      (body, at, bit) => {
        const datagram = seal(key, body);
        assert.ok(datagram.length <= maximumDatagramBytes);
        assert.deepEqual(unseal(key, datagram), Buffer.from(body));
        assert.equal(unseal(other, datagram), 'unopened');
        const index = at % datagram.length;
        datagram[index] = (datagram[index] ?? 0) ^ (1 << bit);
        assert.equal(typeof unseal(key, datagram), 'string');
      },
    ),
    { numRuns: 1000 },
  );
});

test('property: no bytes make it throw', () => {
  const withHead = fc
    .uint8Array({ maxLength: 1400 })
    .map((rest) => Buffer.concat([Buffer.from('LKSD\x01'), rest]));
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 70_000 }), withHead), (bytes) => {
      assert.equal(typeof unseal(key, bytes), 'string');
    }),
    { numRuns: 1000 },
  );
});

test('what is too large, too short, or of another version is told apart', () => {
  assert.equal(unseal(key, Buffer.alloc(0)), 'malformed');
  assert.equal(unseal(key, Buffer.alloc(maximumDatagramBytes + 1, 'LKSD')), 'malformed');
  const later = seal(key, Buffer.from('hello'));
  later[4] = 2;
  assert.equal(unseal(key, later), 'otherVersion');
});

test('nothing of the body can be read on the network', () => {
  const datagram = seal(key, encodeMessage(announcementOf())).toString('latin1');
  for (const word of ['lab-1', '10.0.0.1', 'room', 'announcement', 'linux']) {
    assert.ok(!datagram.includes(word), word);
  }
});

test('messages come back as they were', () => {
  const query: Message = { type: 'query', instance: 'a'.repeat(32), sequence: 1, sentAtMs: 5 };
  for (const message of [query, announcementOf()]) {
    assert.deepEqual(decodeMessage(encodeMessage(message)), message);
  }
});

test('the largest machine fits a datagram', () => {
  const labels = Object.fromEntries(
    Array.from({ length: 16 }, (_, index) => [`label${index}`, 'value of it']),
  );
  const large = announcementOf();
  large.machine.labels = labels;
  large.machine.name = 'n'.repeat(64);
  large.machine.addresses = Array.from({ length: 6 }, () => 'fd00:1234:1234:1234:1234:1234:1234:1234');
  assert.ok(encodeMessage(large).length <= maximumBodyBytes, String(encodeMessage(large).length));
});

const tooMany = Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`label${index}`, 'x']));

/** A place in a message, and what no machine would say there. */
const hostile: [what: string, path: string, value: unknown][] = [
  ['a name that is an option', 'machine.name', '-oProxyCommand=sh'],
  ['a name with an escape sequence', 'machine.name', 'lab\u001b[2J'],
  ['a host with a space', 'machine.ssh.host', 'a b'],
  ['a user that is an option', 'machine.ssh.user', '-l'],
  ['a port out of range', 'machine.ssh.port', 65536],
  ['an address that is none', 'machine.addresses', ['$(id)']],
  ['too many addresses', 'machine.addresses', Array.from({ length: 7 }, () => '10.0.0.1')],
  ['a label with a line break', 'machine.labels', { room: '1\n2' }],
  ['a label without a name', 'machine.labels', { '': 'x' }],
  ['too many labels', 'machine.labels', tooMany],
  ['cores without end', 'machine.resources.cores', 1e9],
  ['a load that is no number', 'machine.resources.load', 'high'],
  ['a sequence number of zero', 'sequence', 0],
  ['an instance that is short', 'instance', 'abc'],
  ['an unknown type', 'type', 'command'],
];

for (const [what, path, value] of hostile) {
  test(`a message is refused for ${what}`, () => {
    const message = structuredClone(announcementOf());
    assert.ok(decodeMessage(encodeMessage(message)));
    const keys = path.split('.');
    const last = keys.pop() as string;
    const place = keys.reduce<object>((at, name) => Reflect.get(at, name) as object, message);
    Reflect.set(place, last, value);
    assert.equal(decodeMessage(encodeMessage(message)), undefined);
  });
}

test('property: no text makes the guard throw or pollutes a prototype', () => {
  const texts = fc.oneof(fc.string(), fc.json(), fc.constant('{"__proto__":{"polluted":1}}'));
  fc.assert(
    fc.property(texts, (text) => {
      assert.equal(decodeMessage(Buffer.from(text)), undefined);
      assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
    }),
    { numRuns: 1000 },
  );
});

test('labels are words, in any script', () => {
  assert.ok(isLabel('room', '101') && isLabel('gpu', 'RTX 4090') && isLabel('Raum', 'Grün-2'));
  for (const [name, value] of [
    ['', 'x'],
    ['room', ''],
    ['1', 'x'],
    ['a=b', 'x'],
    ['room', ' x'],
    ['__proto__', 'x'],
  ] as const) {
    assert.ok(!isLabel(name, value), `${name}=${value}`);
  }
});
