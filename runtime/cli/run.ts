/** `lockstep run`: a program on a cluster, in the terminal. */
import { type Client, startCoordinator } from '../client';
import { LockstepError } from '../protocol/errors';
import { exitCodeOf } from './exitCode';
import { printRollCall } from './rollCall';
import { jsonReporter } from './jsonReporter';
import type { Outcome, Reporter } from './reporter';
import { canGoOn, mostResumptions, resumeCommand } from './resumption';
import { parseRunArguments, type RunArguments, wantsJson } from './runArguments';
import { RunSignals } from './runSignals';
import { terminalAnswers } from './terminalAnswers';
import { textReporter } from './textReporter';
import { createTrace, writeTrace } from './trace';

/** Runs the program, anew where it can go on from its journal; resolves with the exit code. */
export async function run(args: string[]): Promise<number> {
  const reporter: Reporter = wantsJson(args) ? jsonReporter() : textReporter();
  try {
    const wanted = parseRunArguments(args);
    if (wanted.trace !== undefined) createTrace(wanted.trace);
    const signals = new RunSignals();
    for (let number = 1; ; number += 1) {
      const outcome = await attempt(wanted, reporter, signals);
      const { failure } = outcome;
      const goesOn = canGoOn(wanted.spec, failure) && !signals.interrupted && number <= mostResumptions;
      if (!failure || !goesOn) {
        reporter.finished({ ...outcome, resume: resumeCommand(wanted.spec, failure, args) });
        return failure ? exitCodeOf(failure.error) : 0;
      }
      reporter.resumes({ failure, number, most: mostResumptions });
    }
  } catch (thrown) {
    const error = LockstepError.from(thrown);
    reporter.finished({ ok: false, failure: { error: error.toWire() } });
    return exitCodeOf(error);
  }
}

/** Runs the program once, on a coordinator of its own. */
async function attempt(wanted: RunArguments, reporter: Reporter, signals: RunSignals): Promise<Outcome> {
  let client: Client | undefined;
  try {
    client = await startCoordinator({ workspace: process.cwd(), distribution: __dirname });
    return await follow(client, wanted, reporter, signals);
  } catch (thrown) {
    return { ok: false, failure: { error: LockstepError.from(thrown).toWire() } };
  } finally {
    client?.dispose();
  }
}

async function follow(
  client: Client,
  { spec, trace }: RunArguments,
  reporter: Reporter,
  signals: RunSignals,
): Promise<Outcome> {
  const lost = new Promise<never>((_, reject) => client.onClosed(reject));
  client.onEvent((event) => reporter.event(event));
  client.answer(terminalAnswers());
  const work = async (): Promise<Outcome> => {
    await client.request('subscribe', { events: reporter.events });
    const starting = new AbortController();
    signals.onInterrupt = () => starting.abort();
    if (signals.interrupted) starting.abort();
    const { job } = await client.request('startJob', spec, starting.signal);
    // Where it fails, the coordinator is lost, and `lost` says so.
    signals.onInterrupt = () => void client.request('stopJob', { job: job.id }).catch(() => undefined);
    if (starting.signal.aborted) signals.onInterrupt();
    signals.onQuit = () => void printRollCall(client, job.id);
    const { failure, startedAtMs, endedAtMs = Date.now() } = await client.request('waitJob', { job: job.id });
    if (trace !== undefined) reporter.traced(await writeTrace(client, job.id, trace));
    return { ok: failure === undefined, failure, durationMs: endedAtMs - startedAtMs };
  };
  return Promise.race([work(), lost]);
}
