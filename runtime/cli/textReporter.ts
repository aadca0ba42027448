/** For people: each line of output behind its node's rank; a failure last, on standard error. */
import { relative } from 'node:path';
import { styleText } from 'node:util';
import type { ClusterEvent } from '../protocol/events';
import type { SourceLocation } from '../protocol/node';
import { printHost } from './printHost';
import type { Outcome, Reporter } from './reporter';

export function textReporter(): Reporter {
  const said = new Map<string, string>();
  return {
    events: ['output', 'hostChanged'],
    event: (event) => {
      if (event.type === 'output') printOutput(event);
      else if (event.type === 'hostChanged') printHost(event.host, said);
    },
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

function printOutcome({ failure }: Outcome): void {
  if (!failure) return;
  const { error, rank, at, stack } = failure;
  const lines = stack
    ? stack
        .split('\n')
        .slice(0, 20)
        .map((line) => `    ${line}`)
    : [];
  if (error.code === 'deadlock') lines.push(error.message);
  else if (rank === undefined) lines.push(error.message);
  else lines.push(`node ${rank} failed${at ? ` at ${place(at)}` : ''}: ${error.message}`);
  const text = `lockstep: ${lines.pop() ?? ''}`;
  lines.push(process.stderr.isTTY ? styleText('red', text) : text);
  process.stderr.write(`${lines.join('\n')}\n`);
}

function place({ file, line, column }: SourceLocation): string {
  const path = relative(process.cwd(), file);
  return `${path.startsWith('..') ? file : path}:${line}:${column}`;
}
