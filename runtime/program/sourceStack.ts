/** Stacks of the student's program: mapped to the source by Node.js, without the runtime's own frames. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SourceLocation } from '../protocol/node';

/** Frames in files of these prefixes are the runtime's, the debugger's or Node's own. */
const own = [
  __filename,
  join(__dirname, 'mpiNode.js'),
  'lockstep:',
  'node:',
  'eval at ',
  '<anonymous>',
  'native',
];

const place = '(?<file>.+):(?<line>\\d+):(?<column>\\d+)';
/** `at f (file:line:column)` */
const inFunction = new RegExp(`^\\s*at (?:async )?.*? \\(${place}\\)$`);
/** `at file:line:column` */
const outside = new RegExp(`^\\s*at (?:async )?${place}$`);

/** A nonblocking call is made by the program itself, a few frames up. */
const callerFrames = 10;

interface StackFrame extends SourceLocation {
  text: string;
}

/** The program's frames of a stack, innermost first. */
export function programFrames(stack: string): StackFrame[] {
  const frames: StackFrame[] = [];
  for (const text of stack.split('\n')) {
    const groups = (inFunction.exec(text) ?? outside.exec(text))?.groups;
    if (!groups) continue;
    const written = groups.file as string;
    const file = written.startsWith('file://') ? fileURLToPath(written) : written;
    if (own.some((prefix) => file.startsWith(prefix))) continue;
    frames.push({ file, line: Number(groups.line), column: Number(groups.column), text: text.trim() });
  }
  return frames;
}

/** Remembers where in the program the present call was made; the stack is read when that is asked. */
export function captureCaller(): () => SourceLocation | undefined {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = callerFrames;
  const error = new Error();
  Error.stackTraceLimit = stackTraceLimit;
  return () => {
    const [frame] = programFrames(error.stack ?? '');
    return frame && { file: frame.file, line: frame.line, column: frame.column };
  };
}

/** Where in the program the present call into the runtime was made. */
export function callerLocation(): SourceLocation | undefined {
  const [frame] = programFrames(new Error().stack ?? '');
  return frame && { file: frame.file, line: frame.line, column: frame.column };
}
