/** The sample that outlives its nodes, against the same iteration done by one loop. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkExpected, lockstep, sampleFolder } from './runSample';

const program = join(sampleFolder('07-survivors'), 'survivors.ts');

function result(nodes: number): string {
  let rod = new Float64Array(240);
  for (let step = 0; step < 200; step += 1) {
    rod = rod.map((_, i) => ((rod[i - 1] ?? 0) + (i === 239 ? 100 : (rod[i + 1] ?? 0))) / 2);
  }
  let sum = 0;
  for (const cell of rod) sum += cell;
  return `[0] ${nodes} nodes, 200 steps: the last cell has ${rod[239]?.toFixed(6)}, all have ${sum.toFixed(6)}`;
}

for (const [deaths, goesOn] of [
  [['3@50'], ['[0] 4 nodes go on from step 40']],
  [
    ['3@50', '1@130'],
    ['[0] 4 nodes go on from step 40', '[0] 3 nodes go on from step 120'],
  ],
  [['2@50', '3@50'], ['[0] 3 nodes go on from step 40']],
  [['4@199'], ['[0] 4 nodes go on from step 180']],
] as const) {
  test(`survivors: the result is right although nodes die: ${deaths.join(', ')}`, async () => {
    const ended = await lockstep(['run', program, '--nodes', '5', '--fault-tolerant', '--', ...deaths]);
    assert.equal(ended.code, 0, ended.stdout + ended.stderr);
    const lines = ended.stdout.split('\n').filter((line) => line.startsWith('[0] '));
    // Two that die at the same step may be noticed one after the other.
    assert.equal(lines.at(-2), goesOn.at(-1));
    assert.equal(lines.at(-1), result(5 - deaths.length));
    if (deaths.length === 1 || goesOn.length === 2) assert.deepEqual(lines.slice(0, -1), goesOn);
    for (const death of deaths) {
      assert.match(
        ended.stdout + ended.stderr,
        new RegExp(`Node ${death[0]} was lost: .*SIGKILL.*goes on without it`),
      );
    }
  });
}

test('survivors: without fault tolerance the first death ends the job', async () => {
  const { code, stderr } = await lockstep(['run', program, '--nodes', '5', '--', '3@50']);
  assert.equal(code, 1);
  assert.match(stderr, /Node 3 was lost/);
});

test('survivors: prints what its expected.txt says', () => checkExpected('07-survivors', 'survivors.ts'));
