/** The last words of a job that failed, for a terminal. Pure. */
import { relative, sep } from 'node:path';
import type { JobFailure } from '../protocol/job';
import type { SourceLocation } from '../protocol/node';

const mostFrames = 20;

/**
 * Its stack where there is more of it than the line that failed, then what failed, at which node and line, as seen from a
 * folder; the last line is the sentence.
 */
export function failureLines({ error, rank, at, stack }: JobFailure, folder: string): string[] {
  const frames = stack ? stack.split('\n').slice(0, mostFrames) : [];
  const told = at !== undefined && frames.length === 1;
  const lines = told ? [] : frames.map((line) => `    ${line.replaceAll(`${folder}${sep}`, '')}`);
  if (error.code === 'deadlock' || rank === undefined) lines.push(error.message);
  else lines.push(`node ${rank} failed${at ? ` at ${place(at, folder)}` : ''}: ${error.message}`);
  const last = lines.pop() ?? '';
  return [...lines, `lockstep: ${last}`];
}

function place({ file, line, column }: SourceLocation, folder: string): string {
  const path = relative(folder, file);
  return `${path.startsWith('..') ? file : path}:${line}:${column}`;
}
