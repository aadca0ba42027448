/** What is said of the classic mistakes: the whole text, as written down by hand in the sample's expected.txt. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { lockstep, matches, runProgram, sampleFolder } from './runSample';

const folder = sampleFolder('06-mistakes');

/** By program: the lines on standard error. */
const expected = new Map(
  readFileSync(join(folder, 'expected.txt'), 'utf8')
    .trimEnd()
    .split('\n\n')
    .map((section): [string, string[]] => {
      const [program = '', ...lines] = section.split('\n');
      return [program, lines];
    }),
);

const programs = (path: string): string[] =>
  readdirSync(path)
    .filter((name) => name.endsWith('.ts'))
    .sort();

/** What a program says on standard error, on four nodes; the folder's path is left out, the nodes' lines in order. */
async function said(program: string): Promise<{ code: number | null; lines: string[] }> {
  const { code, stderr } = await lockstep(['run', join(folder, program), '--nodes', '4']);
  const lines = stderr
    .trimEnd()
    .replaceAll(`${folder}/`, '')
    .replaceAll('samples/06-mistakes/', '')
    .split('\n');
  return { code, lines: lines.every((line) => line.startsWith('[')) ? lines.sort() : lines };
}

test('mistakes: each has an explanation and a solution', () => {
  assert.deepEqual(programs(folder), [...expected.keys()].sort());
  assert.deepEqual(programs(join(folder, 'solutions')), programs(folder));
});

for (const [program, explanation] of expected) {
  test(`mistakes: ${program} is explained`, async () => {
    const { code, lines } = await said(program);
    const isWarning = explanation.every((line) => line.includes('Warning:'));
    assert.equal(code, isWarning ? 0 : 1);
    // Where a line is told by the call that found it, the stack comes before.
    const told = lines.filter((line) => explanation[0]?.startsWith('    at') || !line.startsWith('    at'));
    assert.equal(told.length, explanation.length, lines.join('\n'));
    told.forEach((line, i) => assert.ok(matches(explanation[i] ?? '', line), `${line}\n${explanation[i]}`));
  });
}

test('mistakes: of settings.ts node 3 is named, which has the wrong root, beside one that has the right one', async () => {
  const { lines } = await said('settings.ts');
  const [, ours, theirs, theirRoot, ourRoot] =
    /node (\d) failed.*: Node (\d) calls bcast\(root (\d)\).*this node calls bcast\(root (\d)\)/
      .exec(lines.at(-1) ?? '')
      ?.map(Number) ?? assert.fail(lines.join('\n'));
  const rootOf = (node: number | undefined): number => (node === 3 ? 3 : 0);
  assert.deepEqual([ourRoot, theirRoot], [rootOf(ours), rootOf(theirs)]);
  assert.notEqual(ourRoot, theirRoot);
});

const solutions: Record<string, string[][]> = {
  'swap.ts': [['got the half of node 1'], ['got the half of node 0'], [], []],
  'circle.ts': [3, 0, 1, 2].map((left, rank) => [`dear ${rank}, yours ${left}`]),
  'question.ts': [['fine, thank you'], ['how are you?'], [], []],
  'phases.ts': [['part 0', 'part 4'], ['part 1', 'part 5'], ['part 2', 'part 6'], ['part 3']],
  'total.ts': [['total 30'], [], [], []],
  'settings.ts': [0, 1, 2, 3].map(() => ['{ steps: 10 }']),
  'counts.ts': [['3 1 4 1 5'], [], [], []],
  'results.ts': [['final: hello world', 'draft: helo world'], [], [], []],
  'borders.ts': [['3 1'], ['0 2'], ['1 3'], ['2 0']].map(([ranks]) => [`neighbours ${ranks}`]),
  'report.ts': [
    ['part 1 of 1', 'part 1 of 2', 'part 2 of 2', 'part 1 of 3', 'part 2 of 3', 'part 3 of 3'],
    [],
    [],
    [],
  ],
};

for (const [program, lines] of Object.entries(solutions)) {
  test(`mistakes: the solution of ${program} does what it should, and nothing is said of it`, async () => {
    assert.deepEqual(await runProgram(join(folder, 'solutions', program), 4), lines);
  });
}
