/**
 * `bench trace`: what recording costs a program that passes messages all the time, and one that does nothing else, beside
 * the same programs not recorded; all take turns. What else the machine does only makes a run slower, so the quickest of
 * each counts.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockstepRun, programs } from './command';
import { measure, type P2pCase, wordsOf } from './p2pCases';
import { makeRow, type Row } from './row';

const runs = 7;

const ways: P2pCase[] = [
  { name: '8 B', call: 'recv', kind: 'bytes', bytes: 8, trips: 5000 },
  { name: '1 MiB', call: 'recv', kind: 'bytes', bytes: 1 << 20, trips: 20 },
];

/** A program, its arguments, and what each of the numbers is that it prints. */
const measured: { program: string; words: string[]; cases: string[] }[] = [
  { program: 'p2p.ts', words: wordsOf(ways), cases: ways.map(({ name }) => `${name}, one way`) },
  { program: 'halo.ts', words: [], cases: ['a step with an exchange of 1 KiB'] },
];

/** Two nodes, recorded into a file and not. */
export async function benchTrace(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-bench-'));
  const run = (program: string, words: string[], ...options: string[]): Promise<number[]> =>
    measure([...lockstepRun(join(programs, program), '--nodes', '2', '--json', ...options), '--', ...words]);
  const results = measured.map(() => ({ recorded: [] as number[][], plain: [] as number[][] }));
  try {
    for (let turn = 0; turn < runs; turn += 1) {
      for (const [i, { program, words }] of measured.entries()) {
        results[i]?.recorded.push(await run(program, words, '--trace', join(folder, 'trace.json')));
        results[i]?.plain.push(await run(program, words));
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return measured.flatMap(({ cases }, i) =>
    cases.map((name, index) =>
      makeRow({
        bench: 'trace',
        case: name,
        unit: 'µs',
        better: 'lower',
        ours: quickest(results[i]?.recorded ?? [], index),
        peer: 'the same, not recorded',
        theirs: quickest(results[i]?.plain ?? [], index),
      }),
    ),
  );
}

function quickest(results: number[][], index: number): number {
  return Math.min(...results.map((result) => result[index] as number));
}
