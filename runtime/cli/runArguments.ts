/** The arguments of `lockstep run`. */
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { maximumNodes } from '../protocol/configuration';
import { LockstepError } from '../protocol/errors';
import { type JobSpec, type TransportName, transportNames } from '../protocol/job';

/**
 * What `lockstep run ARGS` asks for. Throws LockstepError(badArgument), which names the value, what it should be, and
 * what to type instead.
 */
export function parseRunArguments(args: string[]): { spec: JobSpec; json: boolean } {
  const { values, positionals } = parseOptions(args);
  const split = args.indexOf('--');
  const programArguments = split < 0 ? [] : args.slice(split + 1);
  const [program, extra] = positionals.slice(0, positionals.length - programArguments.length);
  if (program === undefined) {
    throw wrong('program', 'nothing', 'the path of a program', 'Try: lockstep run hello.ts --nodes 4');
  }
  if (extra !== undefined) {
    const next = `Put arguments of the program after "--": lockstep run ${program} -- ${extra}`;
    throw wrong('argument', extra, 'an option', next);
  }
  const transport = values.transport ?? 'auto';
  if (!transportNames.includes(transport as TransportName)) {
    throw wrong('--transport', transport, `one of ${transportNames.join(', ')}`, 'Leave it out for "auto".');
  }
  return {
    json: values.json,
    spec: {
      program: resolve(program),
      nodes: values.nodes === undefined ? undefined : parseNodes(values.nodes),
      cluster: values.cluster,
      args: programArguments,
      env: {},
      cwd: dirname(resolve(program)),
      transport: transport as TransportName,
      hold: false,
      stopOnEntry: false,
    },
  };
}

function parseOptions(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        nodes: { type: 'string', short: 'n' },
        cluster: { type: 'string' },
        transport: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    const [problem] = (error as Error).message.split(/\.\s/);
    throw wrong(
      'lockstep run',
      `(${problem})`,
      'a valid command line',
      'Run "lockstep --help" for the options.',
    );
  }
}

function parseNodes(text: string): number {
  const nodes = Number(text);
  if (/^\d+$/.test(text) && nodes >= 1 && nodes <= maximumNodes) return nodes;
  throw wrong('--nodes', text, `a whole number from 1 to ${maximumNodes}`, 'Try --nodes 4.');
}

function wrong(name: string, value: string, expected: string, next: string): LockstepError {
  return new LockstepError('badArgument', { name, value, expected, next });
}
