import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mock, test } from 'node:test';
import { UseMarks } from './useMarks';

const hourMs = 3600 * 1000;

test('what a run of several days runs from looks used all the time; other directories are left alone', async () => {
  const cache = mkdtempSync(join(tmpdir(), 'cache-'));
  const elsewhere = mkdtempSync(join(tmpdir(), 'elsewhere-'));
  const mark = join(cache, '.complete');
  writeFileSync(mark, '');
  const age = () => utimesSync(mark, new Date(0), new Date(0));
  const isFresh = () => Date.now() - statSync(mark).mtimeMs < hourMs;
  mock.timers.enable({ apis: ['setInterval'] });
  const marks = new UseMarks();
  try {
    age();
    await marks.use(join(cache, 'node.js'), join(elsewhere, 'node'));
    assert.ok(isFresh());
    for (let day = 0; day < 3; day += 1) {
      age();
      mock.timers.tick(24 * hourMs);
      while (!isFresh()) await new Promise((resolve) => setImmediate(resolve));
    }
    assert.ok(!existsSync(join(elsewhere, '.complete')));
    marks.dispose();
    age();
    mock.timers.tick(24 * hourMs);
    await new Promise((resolve) => setImmediate(resolve));
    assert.ok(!isFresh());
  } finally {
    marks.dispose();
    mock.timers.reset();
    for (const folder of [cache, elsewhere]) rmSync(folder, { recursive: true });
  }
});
