import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { checkExpected, expectedLines, runProgram, sampleFolder } from './runSample';

const folder = sampleFolder('02-flights');

/**
 * PageRank without iterations: the scores x solve x = d·S·x + (1 - d)/n, where column j of S holds the shares of airport
 * j's departures, or 1/n everywhere if it has none. Solved by elimination with partial pivoting.
 */
function exactPageRank(csv: string): Map<string, number> {
  const rows = csv
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','))
    .map(([from = '', to = '', count]) => ({ from, to, count: Number(count) }));
  const codes = [...new Set(rows.flatMap(({ from, to }) => [from, to]))];
  const n = codes.length;
  const matrix = codes.map((to) => [...codes.map((from) => Number(from === to)), 0.15 / n]);
  codes.forEach((from, j) => {
    const departures = rows.filter((row) => row.from === from);
    const all = departures.reduce((sum, { count }) => sum + count, 0);
    if (all === 0) for (const row of matrix) row[j]! -= 0.85 / n;
    for (const { to, count } of departures) matrix[codes.indexOf(to)]![j]! -= (0.85 * count) / all;
  });
  const solution = solve(matrix);
  return new Map(codes.map((code, i) => [code, solution[i]!]));
}

/** Solves a system of linear equations, given as rows of coefficients with the right-hand side at the end. */
function solve(rows: number[][]): number[] {
  const n = rows.length;
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(rows[i]![k]!) > Math.abs(rows[pivot]![k]!)) pivot = i;
    [rows[k], rows[pivot]] = [rows[pivot]!, rows[k]!];
    const top = rows[k]!;
    for (let i = k + 1; i < n; i++) {
      const row = rows[i]!;
      const factor = row[k]! / top[k]!;
      for (let j = k; j <= n; j++) row[j]! -= factor * top[j]!;
    }
  }
  const x = new Array<number>(n).fill(0);
  for (let i = n - 1; i >= 0; i--) {
    const row = rows[i]!;
    let rest = row[n]!;
    for (let j = i + 1; j < n; j++) rest -= row[j]! * x[j]!;
    x[i] = rest / row[i]!;
  }
  return x;
}

/** The lines `1. ATL 0.0597158308 Name` of node 0, after its heading. */
function ranking(lines: string[]): { place: number; code: string; score: number; name: string }[] {
  return lines.slice(1).map((line) => {
    const [, place, code = '', score, name = ''] =
      /^ *(\d+)\. (\S+) (\S+) (.+)$/.exec(line) ?? assert.fail(line);
    return { place: Number(place), code, score: Number(score), name };
  });
}

function checkRanking(lines: string[], scores: Map<string, number>): void {
  const best = [...scores].sort(([, a], [, b]) => b - a).slice(0, 10);
  const ranked = ranking(lines);
  assert.deepEqual(
    ranked.map(({ place, code }) => `${place} ${code}`),
    best.map(([code], i) => `${i + 1} ${code}`),
  );
  for (const { code, score } of ranked) {
    const difference = Math.abs(score - scores.get(code)!);
    assert.ok(difference < 1e-9, `${code}: ${score} is ${difference} off`);
  }
}

const exact = () => exactPageRank(readFileSync(join(folder, 'data', 'flights-airport.csv'), 'utf8'));

for (const nodes of [1, 2, 4, 7, 16]) {
  test(`pagerank: ten airports on ${nodes} nodes as the exact solution has them`, async () => {
    const printed = await runProgram(join(folder, 'pagerank.ts'), nodes);
    checkRanking(printed[0]!, exact());
    assert.match(printed[0]![0]!, new RegExp(`^airports: 305, routes: 5366, nodes: ${nodes}, rounds: \\d+$`));
    assert.deepEqual(printed.slice(1).flat(), []);
  });
}

test('pagerank: prints what its expected.txt says', async () => {
  checkRanking(expectedLines('02-flights')[0]!, exact());
  await checkExpected('02-flights', 'pagerank.ts');
});

let small: string;
before(() => {
  small = mkdtempSync(join(tmpdir(), 'lockstep-flights-'));
  cpSync(folder, small, { recursive: true });
});
after(() => rmSync(small, { recursive: true, force: true }));

test('pagerank: more nodes than airports, a dead end, and names with commas and quotes', async () => {
  const flights = 'origin,destination,count\nAAA,BBB,3\nBBB,AAA,2\nBBB,CCC,1\n';
  const airports = 'iata,name,city\nAAA,"Savage, Sr.",X\nBBB,"W. H. ""Bud"" Barron",Y\nCCC,Plain,Z\n';
  writeFileSync(join(small, 'data', 'flights-airport.csv'), flights);
  writeFileSync(join(small, 'data', 'airports.csv'), airports);
  const printed = await runProgram(join(small, 'pagerank.ts'), 5);
  checkRanking(printed[0]!, exactPageRank(flights));
  const names = new Map(ranking(printed[0]!).map(({ code, name }) => [code, name]));
  assert.equal(names.get('AAA'), 'Savage, Sr.');
  assert.equal(names.get('BBB'), 'W. H. "Bud" Barron');
});
