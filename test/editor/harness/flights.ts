/** The sample that most of what a person does is tried with. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { copySample } from './sampleFolder';
import type { CallStackRow, Workbench } from './workbench';

/** Copies the flights into `parent`; answers their folder, and a line that all four nodes come to in every round. */
export function copyFlights(parent: string): { folder: string; line: number } {
  const folder = copySample('02-flights', parent);
  const lines = readFileSync(join(folder, 'pagerank.ts'), 'utf8').split('\n');
  return { folder, line: lines.findIndex((text) => text.includes('const change =')) + 1 };
}

/** Waits until all four nodes stand on the breakpoint, and answers the call stack. */
export async function flightsStopped(workbench: Workbench): Promise<CallStackRow[]> {
  await workbench.showRunAndDebug();
  const standing = ({ text }: CallStackRow): boolean => /^node \d paused on breakpoint$/i.test(text);
  return workbench.callStackThat(
    'four nodes are paused on the breakpoint',
    (rows) => rows.filter(standing).length === 4,
    60_000,
  );
}
