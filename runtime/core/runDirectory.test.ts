import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
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
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import {
  createRunDirectory,
  createSocketDirectory,
  listRunDirectories,
  readRunFile,
  reapRunDirectories,
  removeRunDirectory,
} from './runDirectory';

const secret = 'ab'.repeat(32);
const before = process.env['XDG_RUNTIME_DIR'];
let base = '';

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'base-'));
  process.env['XDG_RUNTIME_DIR'] = base;
});

afterEach(() => {
  if (before === undefined) delete process.env['XDG_RUNTIME_DIR'];
  else process.env['XDG_RUNTIME_DIR'] = before;
  rmSync(base, { recursive: true, force: true });
});

/** A run directory as a coordinator of this process id would have left it. */
function leave(name: string, file: unknown): string {
  const directory = join(base, name);
  mkdirSync(directory, { mode: 0o700 });
  writeFileSync(join(directory, 'coordinator.json'), JSON.stringify(file), { mode: 0o600 });
  return directory;
}

/** The id of a process that has ended. */
const endedPid = (): number => spawnSync(process.execPath, ['--version']).pid;

test('a run directory and its file are the user’s alone, and are found until they are removed', () => {
  const directory = createRunDirectory(secret);
  assert.equal(dirname(directory), base);
  assert.match(basename(directory), /^lockstep-/);
  assert.equal(statSync(directory).mode & 0o777, 0o700);
  assert.equal(statSync(join(directory, 'coordinator.json')).mode & 0o777, 0o600);
  assert.equal(readRunFile(directory)?.pid, process.pid);
  assert.equal(readRunFile(directory)?.secret, secret);
  assert.deepEqual(listRunDirectories(), [directory]);
  removeRunDirectory(directory);
  removeRunDirectory(directory);
  assert.deepEqual(listRunDirectories(), []);
});

test('what a dead coordinator left is removed; what lives, or is not whole, stays', () => {
  const live = createRunDirectory(secret);
  const dead = leave('lockstep-dead', { pid: endedPid(), startTime: '', secret });
  // The same id, but of a process that started at another time.
  const reused = leave('lockstep-reused', { pid: process.pid, startTime: '1', secret });
  const broken = leave('lockstep-broken', { pid: 'none' });
  assert.deepEqual(listRunDirectories(), [live]);
  reapRunDirectories();
  assert.deepEqual(
    [live, dead, reused, broken].map((directory) => existsSync(directory)),
    [true, false, false, true],
  );
});

test('directories for sockets that are no run’s are found by nobody, and removed once their owner is dead', () => {
  const own = createSocketDirectory();
  assert.equal(statSync(own).mode & 0o777, 0o700);
  // Below the longest base, OpenSSH's temporary name for a socket still fits where paths are shortest.
  assert.ok(66 + own.length - dirname(own).length + '/m.0123456789abcdef'.length <= 103);
  const dead = join(base, 'lockstep-killed');
  mkdirSync(dead, { mode: 0o700 });
  const owner = { pid: endedPid(), startTime: '' };
  writeFileSync(join(dead, 'owner.json'), JSON.stringify(owner), { mode: 0o600 });
  writeFileSync(join(dead, 'askpass'), '');
  assert.deepEqual(listRunDirectories(), []);
  reapRunDirectories();
  assert.deepEqual([existsSync(own), existsSync(dead)], [true, false]);
  removeRunDirectory(own);
});

test('a directory or file that others may read is no run', () => {
  const directory = createRunDirectory(secret);
  const file = join(directory, 'coordinator.json');
  for (const [path, mode] of [
    [directory, 0o750],
    [directory, 0o701],
    [file, 0o640],
    [file, 0o602],
  ] as const) {
    const whole = statSync(path).mode;
    chmodSync(path, mode);
    assert.equal(readRunFile(directory), undefined, `${basename(path)} ${mode.toString(8)}`);
    assert.deepEqual(listRunDirectories(), []);
    chmodSync(path, whole & 0o777);
  }
  assert.ok(readRunFile(directory));
});

test('a link to a run directory is no run, and what it leads to is not removed', () => {
  const target = join(base, 'elsewhere');
  mkdirSync(target, { mode: 0o700 });
  const file = { pid: endedPid(), startTime: '', secret };
  writeFileSync(join(target, 'coordinator.json'), JSON.stringify(file), { mode: 0o600 });
  symlinkSync(target, join(base, 'lockstep-link'));
  assert.equal(readRunFile(join(base, 'lockstep-link')), undefined);
  reapRunDirectories();
  assert.deepEqual(readdirSync(base).sort(), ['elsewhere', 'lockstep-link']);
});

test('a file that is not what a coordinator writes is no run', () => {
  const whole = { pid: process.pid, startTime: '', secret };
  const files = [null, 7, [], {}, { ...whole, pid: -1 }, { ...whole, secret: 'word' }, { pid: process.pid }];
  for (const [i, file] of files.entries()) {
    assert.equal(readRunFile(leave(`lockstep-${i}`, file)), undefined, JSON.stringify(file));
  }
});

test('a runtime folder that is not there, or whose paths are too long, is not used', () => {
  const long = join(base, 'x'.repeat(80));
  mkdirSync(long);
  for (const place of [join(base, 'nowhere'), long]) {
    process.env['XDG_RUNTIME_DIR'] = place;
    const directory = createRunDirectory(secret);
    assert.ok(!directory.startsWith(place));
    assert.ok(join(directory, '999-255').length < 104);
    removeRunDirectory(directory);
  }
});
