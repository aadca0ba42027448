import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { pack, type Packed, unpack } from '../wire';
import { crc32 } from './crc32';
import { describeReplay } from './describeReplay';
import { type JournalRecord, recordFrame } from './record';
import { type ByteSource, journalMark, recordAt, replay, type Replayed, WindowedReader } from './replay';

const sourceOf = (bytes: Uint8Array): ByteSource => ({
  bytes: bytes.length,
  read: (at, count) => bytes.subarray(at, at + count),
});

const fileOf = (records: readonly JournalRecord[]): Uint8Array =>
  Buffer.concat([journalMark, ...records.map(recordFrame)]);

const value = fc.oneof(
  fc.string(),
  fc.double(),
  fc.bigInt(),
  fc.constantFrom(true, null, undefined),
  fc.array(fc.integer()),
  fc.record({ name: fc.string(), data: fc.float64Array() }),
);
const key = fc.integer({ min: 1, max: 12 }).map((number) => `call ${number}`);
const file = fc.integer({ min: 0, max: 15 }).map((digit) => digit.toString(16).repeat(64));
const error = { code: 'badTask' as const, message: 'it is bad', data: { task: 'poison' } };
const record: fc.Arbitrary<JournalRecord> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .tuple(key, value)
      .map(([name, each]) => ({ type: 'result' as const, key: name, value: pack(each, 'test') })),
  },
  fc
    .tuple(key, file, fc.nat())
    .map(([name, path, bytes]) => ({ type: 'stored' as const, key: name, file: path, bytes })),
  key.map((name) => ({ type: 'failed' as const, key: name, error })),
  fc.constantFrom('one', 'two').map((version) => ({ type: 'run' as const, version })),
  fc.constant({ type: 'ended' as const }),
);

/** What a list of records comes to, without a file. */
function model(records: readonly JournalRecord[], version: string | undefined): Map<string, JournalRecord> {
  const known = new Map<string, JournalRecord>();
  let counts = version === undefined;
  for (const each of records) {
    if (each.type === 'run') counts = version === undefined || each.version === version;
    else if (!counts) continue;
    else if (each.type !== 'ended') known.set(each.key, each);
    else for (const [name, { type }] of known) if (type === 'failed') known.delete(name);
  }
  return known;
}

/** The entries of a journal as the records that they came from. */
function recordsOf({ entries }: Replayed, bytes: Uint8Array): Map<string, JournalRecord> {
  const records = new Map<string, JournalRecord>();
  for (const [name, entry] of entries) {
    if (entry.type === 'failed') records.set(name, { type: 'failed', key: name, error: entry.error });
    else if (entry.type === 'stored') records.set(name, { ...entry, key: name });
    else
      records.set(
        name,
        recordAt(new WindowedReader(sourceOf(bytes)), bytes.length, entry.at).record as JournalRecord,
      );
  }
  return records;
}

describe('a journal', () => {
  test('cut anywhere gives what was written until there', () => {
    fc.assert(
      fc.property(
        fc.array(record, { maxLength: 30 }),
        fc.constantFrom('one', undefined),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 1, max: 64 }),
        (records, version, share, windowBytes) => {
          const bytes = fileOf(records);
          const cut = bytes.subarray(0, Math.floor(share * bytes.length));
          let end = journalMark.length;
          const whole = records.filter((each) => (end += recordFrame(each).length) <= cut.length);
          const source = sourceOf(cut);
          const replayed = replay(source, version, windowBytes);
          assert.ok(replayed.isJournal);
          assert.deepEqual(recordsOf(replayed, cut), model(whole, version));
          const wholeBytes = cut.length < journalMark.length ? 0 : fileOf(whole).length;
          assert.equal(replayed.wholeBytes, wholeBytes);
          assert.equal(replayed.broken?.isLast, wholeBytes > 0 && wholeBytes < cut.length ? true : undefined);
        },
      ),
    );
  });

  test('with a changed byte gives what was written before, and names the record', () => {
    fc.assert(
      fc.property(
        fc.array(record, { minLength: 2, maxLength: 10 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (records, place, change) => {
          const bytes = fileOf(records);
          const frames = records.map(recordFrame);
          const at = journalMark.length + (place % (bytes.length - journalMark.length));
          bytes[at] = (bytes[at] as number) ^ change;
          let end = journalMark.length;
          const before = frames.filter((frame) => (end += frame.length) <= at).length;
          const replayed = replay(sourceOf(bytes), undefined);
          assert.equal(replayed.broken?.record, before + 1);
          assert.deepEqual(recordsOf(replayed, bytes), model(records.slice(0, before), undefined));
        },
      ),
    );
  });

  test('tells what is damaged from what was being written', () => {
    const results: JournalRecord[] = ['a', 'b', 'c'].map((name) => ({
      type: 'result',
      key: name,
      value: name,
    }));
    const records: JournalRecord[] = [{ type: 'run', version: 'one' }, ...results];
    const damaged = fileOf(records);
    damaged[fileOf(records.slice(0, 3)).length - 1] = 0;
    assert.deepEqual(describeReplay(replay(sourceOf(damaged), 'one'), '/journal'), [
      `Warning: Record 3 of the journal, at byte ${fileOf(records.slice(0, 2)).length}, is damaged. What comes before it is used; what comes after it is not.`,
      'Goes on from the journal in /journal: 1 task had ended.',
    ]);
    const cut = Buffer.concat([fileOf(records), recordFrame({ type: 'ended' }).subarray(0, 5)]);
    assert.deepEqual(describeReplay(replay(sourceOf(cut), 'one'), '/journal'), [
      `Record 5 of the journal, at byte ${fileOf(records).length}, is not whole, and is left out: it was being written when the program before ended.`,
      'Goes on from the journal in /journal: 3 tasks had ended.',
    ]);
    const zeros = Buffer.concat([fileOf(records), Buffer.alloc(4096)]);
    const { entries, broken } = replay(sourceOf(zeros), 'one');
    assert.deepEqual([entries.size, broken?.isLast], [3, true]);
  });

  test('of another version of the program is not used, and said to be there', () => {
    const bytes = fileOf([
      { type: 'run', version: 'one' },
      { type: 'result', key: 'a', value: 1 },
      { type: 'run', version: 'two' },
      { type: 'result', key: 'b', value: 2 },
    ]);
    const lines = describeReplay(replay(sourceOf(bytes), 'two'), '/journal');
    assert.match(
      lines[0] ?? '',
      /^The code of the program has changed: 1 task of other versions.*--journal-any-version/,
    );
    assert.match(lines[1] ?? '', /1 task had ended/);
    assert.equal(replay(sourceOf(bytes), undefined).entries.size, 2);
  });

  test('is told from any other file', () => {
    assert.ok(!replay(sourceOf(Buffer.from('PK\x03\x04 something else')), undefined).isJournal);
    assert.ok(replay(sourceOf(new Uint8Array()), undefined).isJournal);
  });

  test('keeps values as they were', () => {
    fc.assert(
      fc.property(value, (each) => {
        const bytes = fileOf([
          { type: 'run', version: 'one' },
          { type: 'result', key: 'a', value: pack(each, 'test') },
        ]);
        const kept = recordsOf(replay(sourceOf(bytes), 'one'), bytes).get('a') as { value: Packed };
        assert.deepEqual(unpack(kept.value), unpack(pack(each, 'test')));
      }),
    );
  });
});

test('a checksum is that of the standard', () => {
  // The check value of CRC-32/ISO-HDLC in the catalogue of parametrised CRC algorithms.
  assert.equal(crc32(Buffer.from('123456789')), 0xcbf43926);
});
