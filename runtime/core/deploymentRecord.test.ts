import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import {
  type DeploymentRecord,
  isDeploymentAlive,
  listDeploymentRecords,
  readDeploymentRecord,
  removeDeploymentRecord,
  takeDeploymentName,
  writeDeploymentRecord,
} from './deploymentRecord';
import { createRunDirectory } from './runDirectory';
import { deploymentsFolder, mayHaveDeployments } from './stateFolder';

let state = '';
const before = process.env['XDG_STATE_HOME'];

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'state-'));
  process.env['XDG_STATE_HOME'] = state;
});
afterEach(() => {
  if (before === undefined) delete process.env['XDG_STATE_HOME'];
  else process.env['XDG_STATE_HOME'] = before;
  rmSync(state, { recursive: true, force: true });
});

const record = (part: Partial<DeploymentRecord> = {}): DeploymentRecord => ({
  name: 'airports',
  host: hostname(),
  pid: 7,
  runDirectory: join(state, 'nowhere'),
  program: '',
  cluster: '',
  version: '',
  startedAtMs: 1,
  ...part,
});

test('a name is taken once, its record replaced whole, and free again when it is removed', () => {
  assert.equal(mayHaveDeployments(), false);
  assert.equal(takeDeploymentName(record()), true);
  assert.equal(mayHaveDeployments(), true);
  assert.equal(takeDeploymentName(record({ pid: 8 })), false);
  assert.equal(readDeploymentRecord('airports')?.pid, 7);
  writeDeploymentRecord(record({ ended: 'why' }));
  assert.equal(readDeploymentRecord('airports')?.ended, 'why');
  assert.deepEqual(readdirSync(deploymentsFolder()), ['airports.json']);
  removeDeploymentRecord('airports');
  assert.equal(takeDeploymentName(record({ pid: 8 })), true);
});

test('what is no record of ours is left out', () => {
  takeDeploymentName(record());
  writeFileSync(join(deploymentsFolder(), 'broken.json'), '{"name":');
  writeFileSync(join(deploymentsFolder(), 'other.json'), JSON.stringify(record({ name: 'airports' })));
  assert.deepEqual(
    listDeploymentRecords().map(({ name }) => name),
    ['airports'],
  );
});

test('records are for their owner alone', () => {
  takeDeploymentName(record());
  assert.equal(statSync(deploymentsFolder()).mode & 0o077, 0);
  assert.equal(statSync(join(deploymentsFolder(), 'airports.json')).mode & 0o077, 0);
});

test('a coordinator is alive where its run directory is, on this machine', () => {
  assert.equal(isDeploymentAlive(record()), false);
  const runDirectory = createRunDirectory('abcd', state);
  assert.equal(isDeploymentAlive(record({ runDirectory })), true);
  assert.equal(isDeploymentAlive(record({ runDirectory, host: 'another' })), false);
});
