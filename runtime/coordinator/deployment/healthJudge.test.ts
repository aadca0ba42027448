import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HealthJudge } from './healthJudge';

const good = { healthy: true };
const bad = (reason?: string) => ({ healthy: false, reason });

test('three checks in a row make healthy, and three make unhealthy; each is told once', () => {
  const judge = new HealthJudge();
  const told = [good, good, good, good, bad(), bad(), bad(), bad(), good, good, good].map((health) =>
    judge.judge(health),
  );
  const nothing = undefined;
  assert.deepEqual(told, [
    ...[nothing, nothing, 'healthy', nothing],
    ...[nothing, nothing, 'unhealthy', nothing],
    ...[nothing, nothing, 'healthy'],
  ]);
});

test('one that flickers changes nothing', () => {
  const judge = new HealthJudge();
  const told = [good, good, bad('tired'), good, good, bad('tired'), good, good].map((health) =>
    judge.judge(health),
  );
  assert.deepEqual(new Set(told), new Set([undefined]));
  assert.equal(judge.reason, 'tired');
});

test('the reason is that of the last check that went wrong', () => {
  const judge = new HealthJudge();
  assert.match(judge.reason, /not answered/);
  judge.judge(bad('first'));
  judge.judge(bad('second'));
  judge.judge(good);
  assert.equal(judge.reason, 'second');
  judge.judge(bad());
  assert.equal(judge.reason, 'it said so');
});
