import assert from 'node:assert/strict';
import { test } from 'node:test';
import { killOf, limitSettings } from './memoryLimit';

const mebibyte = 2 ** 20;
const reader = (files: Record<string, string | number>) => (file: string) => String(files[file] ?? '');

test('a limit holds memory and swap', () => {
  const written = (version: 1 | 2) => limitSettings(version, 3).map(({ file, value }) => `${file} ${value}`);
  assert.deepEqual(written(1), ['memory.limit_in_bytes 3145728', 'memory.memsw.limit_in_bytes 3145728']);
  assert.deepEqual(written(2), ['memory.max 3145728', 'memory.swap.max 0', 'memory.oom.group 1']);
});

test('version 2 counts the kills of a group, and how often it had reached its limit', () => {
  const events = (oom: number, kills: number) =>
    reader({ 'memory.events': `max 9\noom ${oom}\noom_kill ${kills}\n` });
  assert.equal(killOf(2, events(0, 0)), undefined);
  assert.equal(killOf(2, events(1, 0)), undefined);
  assert.equal(killOf(2, events(1, 1)), 'limit');
  assert.equal(killOf(2, events(0, 1)), 'machine');
});

test('version 1 tells by the most memory that the group has had', () => {
  const group = (most: number, kills: number) =>
    reader({
      'memory.oom_control': `oom_kill_disable 0\nunder_oom 0\noom_kill ${kills}\n`,
      'memory.limit_in_bytes': 100 * mebibyte,
      'memory.max_usage_in_bytes': most * mebibyte,
    });
  assert.equal(killOf(1, group(100, 0)), undefined);
  assert.equal(killOf(1, group(100, 1)), 'limit');
  assert.equal(killOf(1, group(98.5, 1)), 'limit');
  assert.equal(killOf(1, group(60, 1)), 'machine');
});

test('a group that is gone has ended nothing', () => {
  assert.equal(killOf(1, reader({})), undefined);
  assert.equal(killOf(2, reader({})), undefined);
});
