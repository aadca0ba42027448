/** For people: each line of output behind its node's rank; a failure last, on standard error. */
import { relative } from 'node:path';
import { styleText } from 'node:util';
import { failureLines } from '../core/failureLines';
import type { ClusterEvent } from '../protocol/events';
import { printHost } from './printHost';
import type { Outcome, Reporter, Resumption, Trace } from './reporter';

export function textReporter(): Reporter {
  const said = new Map<string, string>();
  return {
    events: ['output', 'hostChanged'],
    event: (event) => {
      if (event.type === 'output') printOutput(event);
      else if (event.type === 'hostChanged') printHost(event.host, said);
    },
    traced: printTrace,
    resumes: printResumption,
    finished: printOutcome,
  };
}

function printOutput(event: Extract<ClusterEvent, { type: 'output' }>): void {
  const toError = event.stream === 'stderr' || event.stream === 'lockstep';
  const target = toError ? process.stderr : process.stdout;
  const rank = target.isTTY ? styleText('cyan', `[${event.rank}]`) : `[${event.rank}]`;
  target.write(
    event.text
      .split('\n')
      .map((line) => `${rank} ${line}\n`)
      .join(''),
  );
}

function printTrace({ file, operations, missing }: Trace): void {
  const rest = missing > 0 ? ` (${missing} are not, for which there was no room)` : '';
  process.stderr.write(
    `lockstep: ${operations} operations are in ${relative(process.cwd(), file)}${rest}; open it at ui.perfetto.dev\n`,
  );
}

function printResumption({ failure, number, most }: Resumption): void {
  const lines = failureLines(failure, process.cwd());
  lines.push(
    `lockstep: the program is started again (${number} of at most ${most} times), and goes on from its journal`,
  );
  process.stderr.write(`${lines.join('\n')}\n`);
}

function printOutcome({ failure, resume }: Outcome): void {
  if (!failure) return;
  if (resume !== undefined)
    process.stderr.write(`What was done is in the journal. To go on from there: ${resume}\n`);
  const lines = failureLines(failure, process.cwd());
  const text = lines.pop() ?? '';
  lines.push(process.stderr.isTTY ? styleText('red', text) : text);
  process.stderr.write(`${lines.join('\n')}\n`);
}
