/** `lockstep run`: a program on a cluster, in the terminal. */
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Client, startCoordinator } from '../client';
import { maximumNodes } from '../protocol/configuration';
import { LockstepError } from '../protocol/errors';
import type { JobSpec, TransportName } from '../protocol/job';
import { transportNames } from '../protocol/job';
import { exitCodeOf } from './exitCode';
import { jsonReporter } from './jsonReporter';
import type { Reporter } from './reporter';
import { textReporter } from './textReporter';

/** Runs the program; resolves with the exit code. */
export async function run(args: string[]): Promise<number> {
  const { spec, json } = parse(args);
  const reporter: Reporter = json ? jsonReporter() : textReporter();
  const started = startCoordinator({ workspace: process.cwd(), distribution: __dirname });
  let client: Client | undefined;
  try {
    client = await started;
    return await follow(client, spec, reporter);
  } catch (thrown) {
    const error = LockstepError.from(thrown);
    reporter.finished({ ok: false, failure: { error: error.toWire() } });
    return exitCodeOf(error.code);
  } finally {
    client?.dispose();
  }
}

async function follow(client: Client, spec: JobSpec, reporter: Reporter): Promise<number> {
  const lost = new Promise<never>((_, reject) => client.onClosed(reject));
  client.onEvent((event) => reporter.event(event));
  const work = async (): Promise<number> => {
    await client.request('subscribe', { events: reporter.events });
    const { job } = await client.request('startJob', spec);
    const interrupt = () => void client.request('stopJob', { job: job.id });
    process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
    const { failure, startedAtMs, endedAtMs = Date.now() } = await client.request('waitJob', { job: job.id });
    reporter.finished({ ok: failure === undefined, failure, durationMs: endedAtMs - startedAtMs });
    return failure ? exitCodeOf(failure.error.code) : 0;
  };
  return Promise.race([work(), lost]);
}

function parse(args: string[]): { spec: JobSpec; json: boolean } {
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
    const [problem] = (error as Error).message.split('. ');
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
