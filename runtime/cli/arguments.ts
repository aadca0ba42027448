/** What the commands' arguments have in common: options, numbers, and the program's own arguments after `--`. */
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { LockstepError } from '../protocol/errors';

type Options = NonNullable<ParseArgsConfig['options']>;

/** A command line, taken apart. */
interface Parsed<T extends Options> {
  values: ReturnType<typeof parseArgs<{ options: T; allowPositionals: true }>>['values'];
  words: string[];
  /** What stands after `--`. */
  programArguments: string[];
}

/**
 * The options and words of a command line, and what stands after `--`. Throws LockstepError(badArgument) where an
 * option is none of these, or lacks its value.
 */
export function parseCommand<T extends Options>(command: string, args: string[], options: T): Parsed<T> {
  const split = args.indexOf('--');
  const own = split < 0 ? args : args.slice(0, split);
  const programArguments = split < 0 ? [] : args.slice(split + 1);
  try {
    const { values, positionals } = parseArgs({ args: own, allowPositionals: true, options });
    return { values, words: positionals, programArguments };
  } catch (error) {
    const [problem] = (error as Error).message.split(/\.\s/);
    throw wrong(
      `lockstep ${command}`,
      `(${problem})`,
      'a valid command line',
      'Run "lockstep --help" for the options.',
    );
  }
}

/** The one word of a command line that is to name a program. */
export function programOf(command: string, [program, extra]: string[]): string {
  if (program === undefined) {
    throw wrong('program', 'nothing', 'the path of a program', `Try: lockstep ${command} hello.ts --nodes 4`);
  }
  if (extra === undefined) return program;
  const next = `Put arguments of the program after "--": lockstep ${command} ${program} -- ${extra}`;
  throw wrong('argument', extra, 'an option', next);
}

/** The number that an option's text is. */
export function wholeNumber(name: string, text: string, least: number, most: number, next: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw wrong(name, text, `a whole number from ${least} to ${most}`, next);
}

/** LockstepError(badArgument): what was said, what it should be, and what to type instead. */
export function wrong(name: string, value: string, expected: string, next: string): LockstepError {
  return new LockstepError('badArgument', { name, value, expected, next });
}
