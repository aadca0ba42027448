import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DeploymentInfo, ReplicaInfo } from '../../runtime/protocol/deployment';
import { LockstepError } from '../../runtime/protocol/errors';
import { deploymentRow, replicaRow } from './deploymentRows';

const replica: ReplicaInfo = {
  rank: 1,
  version: 'aaaaaaaaaaaa',
  state: 'healthy',
  host: 'lab-1',
  startedAtMs: 0,
  restarts: 0,
};
const info: DeploymentInfo = {
  name: 'airports',
  phase: 'steady',
  program: '/home/ada/airports.ts',
  cluster: 'lab',
  version: 'aaaaaaaaaaaa',
  size: 1,
  minimum: 1,
  inService: 1,
  pid: 7,
  startedAtMs: 0,
  replicas: [replica],
};

test('a deployment says its version and how much of it is in service', () => {
  const row = deploymentRow({ name: 'airports', info });
  assert.deepEqual([row.label, row.description], ['airports', '1 of 1 in service · aaaaaaa']);
  assert.deepEqual([row.icon, row.color, row.context], ['rocket', 'charts.green', 'deployment']);
  const updating = deploymentRow({ name: 'airports', info: { ...info, phase: 'updating', next: 'bb' } });
  assert.match(updating.tooltip, /Next version: bb/);
  assert.equal(updating.icon, 'sync~spin');
  assert.match(updating.description, /^updating · 1 of 1 in service/);
});

test('one whose coordinator is gone is lost, and can be forgotten', () => {
  const problem = new LockstepError('deploymentLost', { name: 'airports', pid: 7 });
  const row = deploymentRow({ name: 'airports', problem });
  assert.deepEqual([row.description, row.context, row.tooltip], ['lost', 'deployment', problem.message]);
});

test('a replica says its state, version, machine and restarts, and why it is not healthy', () => {
  const row = replicaRow({ ...replica, state: 'waiting', restarts: 3, reason: 'it was killed' });
  assert.match(row.description, /^waiting · aaaaaaa · lab-1 · restarted 3 ×$/);
  assert.match(row.tooltip, /it was killed$/);
  assert.equal(replicaRow(replica).description, 'healthy · aaaaaaa · lab-1');
  assert.match(replicaRow(replica).tooltip, /version aaaaaaaaaaaa: healthy/);
  assert.match(replicaRow({ ...replica, host: '' }).description, /no machine yet$/);
});
