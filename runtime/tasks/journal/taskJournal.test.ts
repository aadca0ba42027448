import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { LockstepError } from '../../protocol/errors';
import { pack, type Packed, unpack } from '../wire';
import { TaskJournal } from './taskJournal';

/** Runs `body` with a folder for a journal, and with how to open it; whatever it tells is kept. */
async function withFolder(
  body: (
    folder: string,
    open: (version?: string, anyVersion?: boolean) => Promise<TaskJournal>,
    told: string[],
  ) => Promise<void>,
): Promise<void> {
  const parent = mkdtempSync(join(tmpdir(), 'journal-'));
  const folder = join(parent, 'made', 'here');
  const told: string[] = [];
  try {
    await body(
      folder,
      (version = 'one', anyVersion = false) =>
        TaskJournal.open({ folder, anyVersion }, version, (line) => told.push(line)),
      told,
    );
  } finally {
    rmSync(parent, { recursive: true });
  }
}

/** The name of a call with one argument. */
function keyOf(journal: TaskJournal, argument: unknown, name = 'square'): string {
  const digest = journal.digest('job', name);
  digest.value(pack(argument, 'test'));
  return journal.keyOf(digest);
}

function recalled(journal: TaskJournal, key: string): unknown {
  const found = journal.recall(key);
  if (!found) return 'nothing';
  return found.type === 'result' ? unpack(found.read()) : found.error.message;
}

const large = (): Packed => pack(new Float64Array(20_000).fill(7), 'test');

describe('a journal of tasks', () => {
  test('tells the next run how tasks ended', () =>
    withFolder(async (folder, open, told) => {
      const before = await open();
      before.done(keyOf(before, 1), pack(1, 'test'));
      before.done(keyOf(before, 2), pack({ squares: [2, 4] }, 'test'));
      const error = new LockstepError('badTask', { task: 'square', id: 3, job: 'job', nodes: '1, 2, 3' });
      before.failed(keyOf(before, 3), error);
      before.copy(4, 1, large());
      before.stored(keyOf(before, 4), 4, 1);
      before.toldOf(4, 1);
      before.write();
      // Whoever is killed closes nothing.
      rmSync(join(folder, 'journal.owner'));

      const after = await open();
      assert.equal(recalled(after, keyOf(after, 1)), 1);
      assert.deepEqual(recalled(after, keyOf(after, 2)), { squares: [2, 4] });
      assert.equal(recalled(after, keyOf(after, 3)), error.message);
      assert.deepEqual(recalled(after, keyOf(after, 4)), new Float64Array(20_000).fill(7));
      assert.equal(recalled(after, keyOf(after, 5)), 'nothing');
      assert.deepEqual(told, [`Goes on from the journal in ${folder}: 4 tasks had ended.`]);
      after.remove();
      assert.ok(!existsSync(folder));
    }));

  test('tells equal calls apart by their number, and others by all that they take', () =>
    withFolder(async (_, open) => {
      const journal = await open();
      const keys = [1, 1, -0, 0, '1', 1n, [1], ['1'], null, undefined].map((argument) =>
        keyOf(journal, argument),
      );
      keys.push(keyOf(journal, 1, 'cube'));
      assert.equal(new Set(keys).size, keys.length);
      assert.equal(keys[1], `${keys[0]} 2`);
      journal.remove();
    }));

  test('tries again what had failed where the program has ended by itself', () =>
    withFolder(async (_, open) => {
      const before = await open();
      before.done(keyOf(before, 1), pack(1, 'test'));
      before.failed(
        keyOf(before, 2),
        new LockstepError('taskCancelled', { task: 'square', id: 2, job: 'job' }),
      );
      before.leave();
      const after = await open();
      assert.equal(recalled(after, keyOf(after, 1)), 1);
      assert.equal(recalled(after, keyOf(after, 2)), 'nothing');
      after.leave();
    }));

  test('uses results of another version only if it is told to', () =>
    withFolder(async (_, open, told) => {
      const before = await open('one');
      before.done(keyOf(before, 1), pack(1, 'test'));
      before.leave();
      const changed = await open('two');
      assert.equal(recalled(changed, keyOf(changed, 1)), 'nothing');
      assert.match(told[0] ?? '', /^The code of the program has changed: 1 task/);
      changed.leave();
      const any = await open('two', true);
      assert.equal(recalled(any, keyOf(any, 1)), 1);
      any.leave();
    }));

  test('computes a large result again that cannot be read, and keeps it anew', () =>
    withFolder(async (folder, open, told) => {
      const before = await open();
      before.copy(1, 1, large());
      before.stored(keyOf(before, 1), 1, 1);
      before.leave();
      const [file = ''] = readdirSync(join(folder, 'journal.results'));
      writeFileSync(join(folder, 'journal.results', file), 'something else');
      const after = await open();
      const key = keyOf(after, 1);
      assert.equal(recalled(after, key), 'nothing');
      assert.match(told.at(-1) ?? '', /cannot be read, and is computed again/);
      after.copy(1, 1, large());
      after.stored(key, 1, 1);
      after.leave();
      const last = await open();
      assert.deepEqual(recalled(last, keyOf(last, 1)), new Float64Array(20_000).fill(7));
      last.remove();
    }));

  test('is nobody else’s to read, and no folder that is something else', () =>
    withFolder(async (folder, open) => {
      const journal = await open();
      journal.copy(1, 1, large());
      for (const path of [folder, join(folder, 'journal.results')])
        assert.equal(statSync(path).mode & 0o777, 0o700);
      for (const path of readdirSync(join(folder, 'journal.results'))) {
        assert.equal(statSync(join(folder, 'journal.results', path)).mode & 0o777, 0o600);
      }
      assert.equal(statSync(join(folder, 'journal')).mode & 0o777, 0o600);
      journal.leave();
      chmodSync(folder, 0o755);
      await assert.rejects(open(), { code: 'journalUnusable' });
      chmodSync(folder, 0o700);
      mkdirSync(join(folder, 'thesis'));
      await assert.rejects(open(), /something else \(thesis\)/);
      rmSync(join(folder, 'thesis'), { recursive: true });
      assert.deepEqual(readdirSync(folder).sort(), ['journal', 'journal.results']);
      writeFileSync(join(folder, 'journal'), 'a diary of a summer');
      await assert.rejects(open(), { code: 'journalUnusable' });
      assert.ok(!existsSync(join(folder, 'journal.owner')));
    }));

  test('is given up where the disk is full, and the job goes on', () =>
    withFolder(async (folder, open, told) => {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      symlinkSync('/dev/full', join(folder, 'journal'));
      const journal = await open();
      assert.deepEqual(told, [
        'The journal is not written any more: ENOSPC: no space left on device, write. The job goes on; what is in the journal until now can be gone on from.',
      ]);
      journal.done(keyOf(journal, 1), 1);
      journal.write();
      assert.equal(told.length, 1);
      journal.remove();
    }));

  test('forgets large results that no record names', () =>
    withFolder(async (folder, open) => {
      const before = await open();
      before.copy(1, 1, large());
      before.leave();
      assert.equal(readdirSync(join(folder, 'journal.results')).length, 1);
      const after = await open();
      assert.deepEqual(readdirSync(join(folder, 'journal.results')), []);
      after.remove();
    }));
});
