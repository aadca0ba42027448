import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DeploymentInfo, ReplicaInfo } from '../protocol/deployment';
import { LockstepError } from '../protocol/errors';
import { describeDeployment, headline } from './deploymentTable';

const nowMs = 1_000_000_000;

const replica = (rank: number, part: Partial<ReplicaInfo> = {}): ReplicaInfo => ({
  rank,
  version: 'aaaaaaaaaaaa',
  state: 'healthy',
  host: 'lab-1',
  startedAtMs: nowMs - 5000,
  restarts: 0,
  ...part,
});

const info: DeploymentInfo = {
  name: 'airports',
  phase: 'steady',
  program: '/home/ada/airports.ts',
  cluster: 'lab',
  version: 'aaaaaaaaaaaa',
  size: 2,
  minimum: 2,
  inService: 1,
  pid: 7,
  startedAtMs: nowMs,
  replicas: [
    replica(0, { startedAtMs: nowMs - 3 * 3600_000 }),
    replica(1, { state: 'waiting', host: 'lab-02', restarts: 12, reason: 'it ran out of memory' }),
  ],
};

test('a deployment is a line, a table of its replicas, and why they are not healthy', () => {
  assert.equal(
    describeDeployment({ name: 'airports', info }, nowMs),
    `airports: version aaaaaaaaaaaa, 1 of 2 in service
  /home/ada/airports.ts on lab
  rank  version       state    host    age  restarts
  0     aaaaaaaaaaaa  healthy  lab-1   3 h  0
  1     aaaaaaaaaaaa  waiting  lab-02  5 s  12
  replica 1: it ran out of memory
`,
  );
});

test('one whose coordinator is gone says so, and what to do', () => {
  const problem = new LockstepError('deploymentLost', { name: 'airports', pid: 7 });
  const text = describeDeployment({ name: 'airports', problem }, nowMs);
  assert.match(
    text,
    /^airports: LOST\n {2}The coordinator of airports \(process 7\) is gone.*undeploy airports\n$/,
  );
});

const lines: [Partial<DeploymentInfo>, RegExp][] = [
  [{ minimum: 1 }, /1 of 2 in service \(at least 1\)$/],
  [{ phase: 'updating', version: undefined, next: 'bb' }, /version bb comes up, 1 of 2/],
  [{ phase: 'updating', next: 'bb' }, /aaaaaaaaaaaa is being replaced by bb/],
  [{ phase: 'rollingBack', next: 'bb' }, /bb failed, aaaaaaaaaaaa comes back/],
  [{ phase: 'rollingBack', version: undefined, next: 'bb' }, /bb failed and is stopped$/],
  [{ phase: 'ending' }, /is being undeployed$/],
];

for (const [part, expected] of lines) {
  test(`${JSON.stringify(part)}: ${expected.source}`, () => {
    assert.match(headline({ ...info, ...part }), expected);
  });
}
