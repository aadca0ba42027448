import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { dataHash, dataOf } from './programData';

test('what lies in the folder data belongs to a program, and each change of it changes the hash', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'data-'));
  const program = join(folder, 'p.ts');
  const file = (name: string) => join(folder, 'data', name);
  try {
    const hashes = [await dataHash(program)];
    const changed = async (what: string) => {
      const next = await dataHash(program);
      assert.ok(!hashes.includes(next), what);
      hashes.push(next);
    };
    assert.deepEqual(await dataOf(program), []);
    mkdirSync(file('deep'), { recursive: true });
    assert.deepEqual(await dataOf(program), [], 'folders alone are no data');
    writeFileSync(file('deep/b'), 'one');
    writeFileSync(file('a'), 'two');
    assert.deepEqual(await dataOf(program), [
      { path: 'data/a', local: file('a') },
      { path: 'data/deep/b', local: file('deep/b') },
    ]);
    await changed('new files');
    writeFileSync(file('a'), 'owt');
    await changed('another content of the same length');
    renameSync(file('a'), file('c'));
    await changed('another name');
    writeFileSync(join(folder, 'beside'), 'it');
    assert.equal(await dataHash(program), hashes.at(-1), 'what lies beside the folder is not of it');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
