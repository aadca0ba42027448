import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { expectedLines, lockstep, sampleFolder } from './runSample';

const folder = sampleFolder('05-weather');

/** Deploys a version of the sample under the sample's name. */
const deploy = (file: string, ...options: string[]) =>
  lockstep(['deploy', join(folder, file), '--name', 'weather', '--nodes', '4', ...options]);

/** What each replica has printed, by rank, without its version. */
async function printed(): Promise<string[][]> {
  const { stdout } = await lockstep(['deployments', 'weather', '--output']);
  const lines: string[][] = [];
  for (const line of stdout.trimEnd().split('\n')) {
    const [, rank, text = ''] = /^\[(\d+) \w+\] (.*)$/.exec(line) ?? assert.fail(line);
    (lines[Number(rank)] ??= []).push(text);
  }
  return lines;
}

/** The mean rain of a year at the station that takes every fourth day from `rank` on. */
function rainOf(rank: number, year: string): string {
  const days = readFileSync(join(folder, 'data', 'seattle-weather.csv'), 'utf8')
    .trim()
    .split('\n')
    .slice(1);
  const rain = days
    .filter((line, day) => day % 4 === rank && line.startsWith(year))
    .map((line) => Number(line.split(',')[1]));
  return (rain.reduce((sum, each) => sum + each, 0) / rain.length).toFixed(2);
}

test('the weather stations are deployed, replaced by version 2, and keep it when version 3 is wrong', async () => {
  const state = mkdtempSync('/tmp/ld-');
  const before = process.env.XDG_STATE_HOME;
  process.env.XDG_STATE_HOME = state;
  try {
    const first = await deploy('weather.ts');
    assert.equal(first.code, 0, first.stderr);
    const expected = expectedLines('05-weather');
    for (const [rank, lines] of (await printed()).entries()) {
      // A replica is healthy after its first year; the others come while we look.
      assert.ok(lines.length > 0);
      assert.deepEqual(lines, expected[rank]?.slice(0, lines.length));
    }

    const second = await deploy('weather-2.ts');
    assert.equal(second.code, 0, second.stderr);
    const rainy = (await printed())[1]?.[0];
    assert.equal(rainy, `${expected[1]?.[0]}, ${rainOf(1, '2012')} mm of rain a day`);

    const third = await deploy('weather-3.ts', '--health-timeout', '5');
    assert.equal(third.code, 1);
    assert.match(
      third.stderr,
      /mean 5\d\.\d\d °C\nlockstep: weather: replica 0 .* healthy\(\) returned false/,
    );
    const { stdout } = await lockstep(['deployments']);
    const version = /^weather: version (\w+), 4 of 4 in service$/m.exec(stdout)?.[1];
    assert.ok(version && third.stderr.endsWith(`The version before, ${version}, is back.\n`), stdout);
  } finally {
    await lockstep(['undeploy', 'weather']);
    if (before === undefined) delete process.env.XDG_STATE_HOME;
    else process.env.XDG_STATE_HOME = before;
    rmSync(state, { recursive: true, force: true });
  }
});
