/** `lockstep run`: a program on a cluster, in the terminal. */
import { type Client, startCoordinator } from '../client';
import { LockstepError } from '../protocol/errors';
import type { JobSpec } from '../protocol/job';
import { exitCodeOf } from './exitCode';
import { printRollCall } from './rollCall';
import { jsonReporter } from './jsonReporter';
import type { Reporter } from './reporter';
import { parseRunArguments, wantsJson } from './runArguments';
import { terminalAnswers } from './terminalAnswers';
import { textReporter } from './textReporter';
import { createTrace, writeTrace } from './trace';

/** Runs the program; resolves with the exit code. */
export async function run(args: string[]): Promise<number> {
  const reporter: Reporter = wantsJson(args) ? jsonReporter() : textReporter();
  let client: Client | undefined;
  try {
    const { spec, trace } = parseRunArguments(args);
    if (trace !== undefined) createTrace(trace);
    client = await startCoordinator({ workspace: process.cwd(), distribution: __dirname });
    return await follow(client, spec, trace, reporter);
  } catch (thrown) {
    const error = LockstepError.from(thrown);
    reporter.finished({ ok: false, failure: { error: error.toWire() } });
    return exitCodeOf(error);
  } finally {
    client?.dispose();
  }
}

async function follow(
  client: Client,
  spec: JobSpec,
  trace: string | undefined,
  reporter: Reporter,
): Promise<number> {
  const lost = new Promise<never>((_, reject) => client.onClosed(reject));
  client.onEvent((event) => reporter.event(event));
  client.answer(terminalAnswers());
  const work = async (): Promise<number> => {
    await client.request('subscribe', { events: reporter.events });
    const starting = new AbortController();
    let interrupt = () => starting.abort();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupt());
    const { job } = await client.request('startJob', spec, starting.signal);
    // Where it fails, the coordinator is lost, and `lost` says so.
    interrupt = () => void client.request('stopJob', { job: job.id }).catch(() => undefined);
    if (starting.signal.aborted) interrupt();
    process.on('SIGQUIT', () => void printRollCall(client, job.id));
    const { failure, startedAtMs, endedAtMs = Date.now() } = await client.request('waitJob', { job: job.id });
    if (trace !== undefined) reporter.traced(await writeTrace(client, job.id, trace));
    reporter.finished({ ok: failure === undefined, failure, durationMs: endedAtMs - startedAtMs });
    return failure ? exitCodeOf(failure.error) : 0;
  };
  return Promise.race([work(), lost]);
}
