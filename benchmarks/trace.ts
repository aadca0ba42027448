/**
 * `bench trace`: what recording costs a program that does nothing but send and receive, beside the same program not
 * recorded; both take turns. What else the machine does only makes a run slower, so the quickest of each counts.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockstepRun, programs } from './command';
import { measure, type P2pCase, wordsOf } from './p2pCases';
import type { Command } from './peers';
import { makeRow, type Row } from './row';

const runs = 7;

const cases: P2pCase[] = [
  { name: '8 B', call: 'recv', kind: 'bytes', bytes: 8, trips: 5000 },
  { name: '1 MiB', call: 'recv', kind: 'bytes', bytes: 1 << 20, trips: 20 },
];

/** One way between two nodes, recorded into a file and not. */
export async function benchTrace(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-bench-'));
  const run = (...options: string[]): Promise<number[]> => {
    const command: Command = lockstepRun(join(programs, 'p2p.ts'), '--nodes', '2', '--json', ...options);
    return measure([...command, '--', ...wordsOf(cases)]);
  };
  const recorded: number[][] = [];
  const plain: number[][] = [];
  try {
    for (let turn = 0; turn < runs; turn += 1) {
      recorded.push(await run('--trace', join(folder, 'trace.json')));
      plain.push(await run());
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  const quickest = (results: number[][], index: number): number =>
    Math.min(...results.map((result) => result[index] as number));
  return cases.map(({ name }, index) =>
    makeRow({
      bench: 'trace',
      case: `${name}, one way`,
      unit: 'µs',
      better: 'lower',
      ours: quickest(recorded, index),
      peer: 'the same, not recorded',
      theirs: quickest(plain, index),
    }),
  );
}
