import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HeldResults } from './heldResults';
import { notices } from './messages';
import { SharedArguments } from './sharedArguments';
import type { NoticeReader, TaskPort } from './taskPort';
import { pack, type Packed } from './wire';

/** A driver and an executing node, between which messages arrive at once; counts those of each tag. */
function connected(): { arguments: SharedArguments; node: HeldResults; counts: Map<number, number> } {
  const counts = new Map<number, number>();
  const readers = [new Map<number, NoticeReader>(), new Map<number, NoticeReader>()];
  const ports = readers.map((own, rank) => ({
    rank,
    name: 'tasks',
    on: (tag: number, reader: NoticeReader) => own.set(tag, reader),
    send(to: number, tag: number, value: unknown) {
      counts.set(tag, (counts.get(tag) ?? 0) + 1);
      readers[to]?.get(tag)?.(value, rank);
    },
    blockUntil: (condition: () => boolean) => assert.ok(condition(), 'it would wait for ever'),
  })) as unknown as TaskPort[];
  const [driver, executing] = ports as [TaskPort, TaskPort];
  return { arguments: new SharedArguments(driver), node: new HeldResults(executing, 0), counts };
}

const large = (megabytes: number, fill: number): Packed =>
  pack(new Uint8Array(megabytes << 20).fill(fill), 'test');

test('the same content has one name, and travels once to a node', () => {
  const { arguments: shared, node, counts } = connected();
  const hash = shared.use(large(1, 7));
  assert.equal(shared.use(large(1, 7)), hash);
  assert.notEqual(shared.use(large(1, 8)), hash);
  for (let i = 0; i < 3; i += 1) assert.deepEqual(node.sharedValue(hash), large(1, 7));
  assert.equal(counts.get(notices.shared), 1);
});

test('what nobody uses is dropped everywhere once it is too much, oldest first', () => {
  const { arguments: shared, node, counts } = connected();
  const hashes = [1, 2, 3].map((fill) => shared.use(large(30, fill)));
  for (const hash of hashes) node.sharedValue(hash);
  for (const hash of hashes) shared.leave(hash);
  assert.equal(counts.get(notices.dropShared), 1);
  // Its task was given up: the node learns that it will not come, and gets it where it is used again.
  assert.throws(() => node.sharedValue(hashes[0] as string), /given up/);
  assert.equal(shared.use(large(30, 1)), hashes[0]);
  assert.deepEqual(node.sharedValue(hashes[0] as string), large(30, 1));
});

test('one that is used again is not dropped', () => {
  const { arguments: shared, node } = connected();
  const [first, second] = [1, 2].map((fill) => shared.use(large(40, fill))) as [string, string];
  shared.leave(first);
  shared.useAgain(first);
  shared.leave(second);
  assert.deepEqual(node.sharedValue(first), large(40, 1));
});
