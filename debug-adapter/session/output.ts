import { basename } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { ClusterEvent } from '../../runtime/protocol/events';
import type { JobFailure, JobInfo } from '../../runtime/protocol/job';
import type { SourceBreakpoint } from '../breakpoints/sourceBreakpoint';

type OutputBody = DebugProtocol.OutputEvent['body'];
type Output = Extract<ClusterEvent, { type: 'output' }>;

/** A place, counting from 0, that an output event links to. */
export interface LinkedPlace {
  path: string;
  line: number;
  column?: number;
}

const categories = { stdout: 'stdout', log: 'stdout', stderr: 'stderr', lockstep: 'console' } as const;

/** Lines of a node as output events, each marked with its rank; what a logpoint printed links to it. */
export function outputBodies(
  { rank, stream, text }: Output,
  size: number,
  breakpoints: readonly SourceBreakpoint[],
): (OutputBody & { place?: LinkedPlace })[] {
  const mark = size > 1 ? `[${rank}] ` : '';
  const category = categories[stream];
  const logpoints = stream === 'log' ? breakpoints.filter(({ log }) => log) : [];
  if (logpoints.length === 0) {
    return [{ category, output: `${text.replace(/^/gm, mark)}\n` }];
  }
  return text.split('\n').map((line) => {
    const logpoint = logpoints.find((each) => each.prints(line));
    const place = logpoint && { path: logpoint.path, ...(logpoint.location ?? logpoint.requested) };
    return { category, output: `${mark}${line}\n`, place };
  });
}

/** The last words about a job that did not succeed; empty when it did. */
export function endingBodies({ state, failure }: JobInfo): (OutputBody & { place?: LinkedPlace })[] {
  if (state === 'stopped') return [{ category: 'console', output: 'The job was stopped.\n' }];
  if (!failure) return [];
  const { at, rank } = failure;
  const place = at && { path: at.file, line: at.line - 1, column: at.column - 1 };
  return [{ category: 'stderr', output: `${failureText(failure)}\n`, place, data: { rank } }];
}

function failureText({ error, rank, at, stack }: JobFailure): string {
  const where = at ? ` at ${basename(at.file)}:${at.line}:${at.column}` : '';
  const who = rank === undefined ? 'The job failed' : `Node ${rank} failed`;
  const lines = [`${who}${where}: ${error.message}`];
  if (stack) lines.push(stack.replace(/^\s*/gm, '    '));
  return lines.join('\n');
}
