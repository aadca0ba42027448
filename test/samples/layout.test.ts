/** What every sample has, in the repository and as the build ships it. */
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { lockstep, root, sampleFolder } from './runSample';

const isSample = (name: string) => /^\d\d-/.test(name);
const samples = readdirSync(join(root, 'samples')).filter(isSample);

interface Configuration {
  type: string;
  request: string;
  name: string;
  program: string;
}

for (const sample of samples) {
  test(`${sample}: has all that a sample has, and F5 starts its program`, () => {
    for (const folder of [sampleFolder(sample), join(root, 'dist', 'samples', sample)]) {
      const text = (path: string) => readFileSync(join(folder, path), 'utf8');
      const { configurations } = JSON.parse(text('.vscode/launch.json')) as {
        configurations: Configuration[];
      };
      assert.notEqual(configurations.length, 0);
      for (const { type, request, program } of configurations) {
        assert.deepEqual([type, request], ['lockstep', 'launch']);
        assert.match(
          text(program.replace('${workspaceFolder}/', '')),
          /export default (spmd|service|driver)\(/,
        );
      }
      assert.match(text('README.md'), /^# .+\n\n\w/);
      assert.notEqual(text('expected.txt'), '');
      assert.ok(existsSync(join(folder, 'tsconfig.json')));
    }
  });
}

test('the build ships the samples and nothing else', () => {
  assert.deepEqual(readdirSync(join(root, 'dist', 'samples')).sort(), samples.sort());
});

for (const [sample, program, file] of [
  ['02-flights', 'pagerank.ts', 'data/flights-airport.csv'],
  ['03-words', 'words.ts', 'data/moby-dick.txt'],
  ['05-weather', 'weather.ts', 'data/seattle-weather.csv'],
] as const) {
  test(`${sample}: without its data it says what is missing, and what to do`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lockstep-sample-'));
    try {
      cpSync(sampleFolder(sample), folder, { recursive: true, filter: (source) => !source.endsWith('data') });
      const { code, stderr } = await lockstep(['run', join(folder, program), '--nodes', '2']);
      assert.equal(code, 1);
      const last = stderr.trimEnd().split('\n').at(-1) ?? '';
      assert.match(last, /node \d failed/);
      assert.ok(last.includes(`There is no file ${file}`), last);
      assert.match(last, /Create Sample Workspace.*npm run build/);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}
