/** The sample of a protocol over messages that get lost: the words that arrive are those that were sent. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkExpected, lockstep, sampleFolder } from './runSample';

const program = (name: string): string => join(sampleFolder('08-unreliable'), name);
const text = 'A datagram may be lost, come twice, or be overtaken by one that was sent after it.';

test('unreliable: without a protocol words are lost, and the node that waits for them is told so', async () => {
  const { code, stdout, stderr } = await lockstep([
    'run',
    program('naive.ts'),
    '--nodes',
    '2',
    '--fault-seed',
    '1',
  ]);
  assert.equal(code, 1);
  assert.ok(!stdout.includes(text), stdout);
  assert.match(stderr, /node 1 waits in recv\(source 0, tag any\) at naive\.ts:12/);
  assert.match(
    stderr,
    /from node 0 to node 1 is raw and has lost \d+ messages with tag 0 \(sent at naive\.ts:8\)/,
  );
});

for (const seed of [1, 2, 3]) {
  test(`unreliable: with the protocol all words arrive, once and in order, with seed ${seed}`, async () => {
    const ended = await lockstep([
      ...['run', program('reliable.ts'), '--nodes', '3', '--fault-seed', String(seed), '--', 'count'],
    ]);
    assert.equal(ended.code, 0, ended.stderr);
    const lines = ended.stdout.trim().split('\n').sort();
    assert.equal(lines[1], `[1] ${text}`);
    const [, sent] = /^\[0\] 17 packets took (\d+) transmissions$/.exec(lines[0] ?? '') ?? [];
    assert.ok(Number(sent) > 17, ended.stdout);
    assert.doesNotMatch(ended.stderr, /Warning/);
  });
}

test('unreliable: prints what its expected.txt says', () => checkExpected('08-unreliable', 'reliable.ts'));

test('unreliable: the words arrive also where the plan of the sample cuts the way for a while', async () => {
  const plan = ['--faults', join(sampleFolder('08-unreliable'), 'faults.json')];
  const { code, stdout, stderr } = await lockstep(['run', program('reliable.ts'), '--nodes', '2', ...plan]);
  assert.equal(code, 0, stderr);
  assert.equal(stdout.trim(), `[1] ${text}`);
  assert.match(stderr, /by the plan: cut between node 0 and node 1 \(raw\) ended/);
});
