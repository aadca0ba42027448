/** The samples of tasks, against the same work done by one loop. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { checkExpected, lockstep, runProgram, sampleFolder } from './runSample';

describe('tasks', () => {
  const program = join(sampleFolder('09-tasks'), 'tasks.ts');
  const order = 240;
  const element = (seed: number, index: number) => (((index + seed) * 7919) % 101) - 50;

  function traceOfProduct(): number {
    let sum = 0;
    for (let i = 0; i < order; i += 1) {
      for (let k = 0; k < order; k += 1) sum += element(1, i * order + k) * element(2, k * order + i);
    }
    return sum;
  }

  for (const nodes of [1, 2, 5]) {
    test(`on ${nodes} nodes the product and the order are right`, async () => {
      const [lines] = await runProgram(program, nodes);
      const sorted = Array.from({ length: 400_000 }, (_, i) => (i * 7_368_787) % 1_000_003).sort(
        (a, b) => a - b,
      );
      assert.deepEqual(lines, [
        `product: 8 bands, trace ${traceOfProduct()}`,
        `sort: 400000 numbers, in order, median ${sorted[200_000]}`,
        '23 tasks of 23 are done',
      ]);
    });
  }

  test('prints what its expected.txt says', () => checkExpected('09-tasks', 'tasks.ts'));
});

describe('balance', () => {
  const program = join(sampleFolder('10-balance'), 'balance.ts');

  test('every node has its line, and together they show every task', async () => {
    const [lines = []] = await runProgram(program, 4, ['least-load', 'work-stealing']);
    assert.equal(lines.length, 8);
    for (const policy of [lines.slice(0, 4), lines.slice(4)]) {
      const shown = new Set(
        policy
          .slice(1)
          .join('')
          .replace(/node \d|[ |]/g, ''),
      );
      assert.equal(shown.size, 30, policy.join('\n'));
      // No schedule is shorter than the bound; timers may end a little early.
      assert.ok(Number(/ ([\d.]+) of the bound/.exec(policy[0] ?? '')?.[1]) > 0.95, policy[0]);
    }
  });

  test('prints what its expected.txt says', () => checkExpected('10-balance', 'balance.ts'));
});

describe('failures', () => {
  const program = join(sampleFolder('11-failures'), 'failures.ts');

  let expected: string | undefined;
  function longestWay(): string {
    if (expected !== undefined) return expected;
    let best = { start: 0, steps: 0 };
    for (let start = 1; start <= 60 * 15_000; start += 1) {
      let steps = 0;
      for (let n = start; n !== 1; steps += 1) n = n % 2 === 0 ? n / 2 : 3 * n + 1;
      if (steps > best.steps) best = { start, steps };
    }
    expected = `60 pieces; the longest way to 1 begins at ${best.start} and has ${best.steps} steps`;
    return expected;
  }

  for (const [what, nodes, left, told] of [
    ['kill', 4, 2, /Node \d was lost: .*SIGKILL.*goes on without it/],
    ['stop', 3, 1, /Node \d was lost: it was silent for 5 s/],
    ['bad', 6, 2, /A task has ended its process with exit code \d/],
  ] as const) {
    test(`${what}: the result is right, and what happened is told`, async () => {
      const { code, stdout, stderr } = await lockstep(['run', program, '--nodes', `${nodes}`, '--', what]);
      assert.equal(code, 0, stdout + stderr);
      assert.ok(stdout.includes(longestWay()), stdout);
      assert.match(stdout + stderr, told);
      if (what !== 'stop') assert.ok(stdout.includes(`nodes that are left: ${left}`), stdout);
      if (what === 'bad') assert.match(stdout, /Task poison #61 of search is bad: .* \(nodes \d, \d, \d\)/);
    });
  }

  test('driver: the search goes on from its journal, and the result is right', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'journal-'));
    const journal = ['--journal', join(folder, 'search')];
    const { code, stdout, stderr } = await lockstep([
      'run',
      program,
      '--nodes',
      '4',
      ...journal,
      '--',
      'driver',
    ]);
    assert.equal(code, 0, stdout + stderr);
    assert.ok(stdout.includes(longestWay()), stdout);
    assert.match(stderr, /Node 0 was lost: .*SIGKILL.*\n.* is started again \(1 of at most 3 times\)/);
    const kept = Number(/\[0\] (\d+) pieces were in the journal/.exec(stdout)?.[1]);
    assert.ok(kept >= 20 && kept <= 60, stdout);
    assert.match(stderr, new RegExp(`: ${kept} tasks had ended`));
    rmSync(folder, { recursive: true });
  });
});

describe('elastic', () => {
  test('prints what its expected.txt says', () => checkExpected('12-elastic', 'elastic.ts', 2));

  test('by hand: the same work on every number of nodes', async () => {
    const limit = 24 * 100_000;
    const composite = new Uint8Array(limit);
    let primes = 0;
    for (let n = 2; n < limit; n += 1) {
      if (composite[n]) continue;
      primes += 1;
      for (let multiple = n * n; multiple < limit; multiple += n) composite[multiple] = 1;
    }
    const program = join(sampleFolder('12-elastic'), 'byHand.ts');
    const { code, stdout, stderr } = await lockstep(['run', program, '--nodes', '2', '--', '2', '4', '3']);
    assert.equal(code, 0, stderr);
    assert.equal(
      stdout.replaceAll(/in \d+ ms/g, 'in … ms'),
      [2, 4, 3].map((nodes) => `[0] nodes: ${nodes}, ${primes} primes in … ms\n`).join(''),
    );
    assert.match(
      stderr,
      /Scaled from 2 to 4 nodes \(nodes 2, 3 have joined\) by the program: cluster\.scale\(4\)/,
    );
  });
});
