/** `bench metrics`: what sampling the metrics costs a program, beside the same program without it. */
import { join } from 'node:path';
import { lockstepRun, programs, runCommand } from './command';
import { makeRow, type Row } from './row';
import { median } from './statistics';

const nodes = 2;
const runs = 9;

interface Times {
  computeMs: number;
  messagesMs: number;
}

/** With and without take turns; each goes first in every other pair. */
export async function benchMetrics(): Promise<Row[]> {
  const sampled: Times[] = [];
  const unsampled: Times[] = [];
  for (let run = 0; run < runs; run++) {
    if (run % 2 === 0) sampled.push(await runLoad({}));
    unsampled.push(await runLoad({ LOCKSTEP_METRICS_MS: '2000000000' }));
    if (run % 2 === 1) sampled.push(await runLoad({}));
  }
  const row = (name: string, value: (times: Times) => number) =>
    makeRow({
      bench: 'metrics',
      case: `${nodes} nodes, ${name}`,
      unit: 'ms',
      better: 'lower',
      ours: median(sampled.map(value)),
      peer: 'the same without metrics',
      theirs: median(unsampled.map(value)),
    });
  return [
    row('computing', (times) => times.computeMs),
    row('messages round a ring', (times) => times.messagesMs),
  ];
}

async function runLoad(env: Record<string, string>): Promise<Times> {
  const { output } = await runCommand(
    lockstepRun(join(programs, 'load.ts'), '--nodes', String(nodes), '--json'),
    { env },
  );
  const line = /"text":"(\{.*computeMs.*\})"/.exec(output)?.[1];
  if (line === undefined) throw new Error(`The program did not print its times:\n${output}`);
  return JSON.parse(line.replaceAll('\\"', '"')) as Times;
}
