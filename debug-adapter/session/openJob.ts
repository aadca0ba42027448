/** Ways to a job that can be debugged: starting one, or finding one that runs. */
import { dirname, resolve } from 'node:path';
import { connect, findJobs } from '../../runtime/client';
import { LockstepError } from '../../runtime/protocol/errors';
import type { ClusterEvent } from '../../runtime/protocol/events';
import type { Bundle, JobInfo, JobSpec } from '../../runtime/protocol/job';
import type { ArgumentsOf } from '../dap/arguments';
import type { ClusterClient } from '../options';
import { mpiLaunch } from './mpiLaunch';
import { plannedFaults } from './plannedFaults';

/** A job, and the events that came before anyone could follow it. */
export interface OpenedJob {
  client: ClusterClient;
  job: JobInfo;
  bundle: Bundle;
  before: ClusterEvent[];
}

const wantedEvents = ['nodeChanged', 'output', 'deadlockFound'] as const;

/** Starts a job on a connection; aborting the signal gives up what it waits for. */
export async function startJob(
  client: ClusterClient,
  configuration: ArgumentsOf<'launch'>,
  outputBytesPerSecond: number | undefined,
  signal: AbortSignal,
): Promise<OpenedJob> {
  const {
    program,
    nodes,
    cluster,
    args,
    env,
    cwd,
    transport,
    eagerLimitBytes,
    faultTolerant,
    journal,
    stopOnEntry,
    noDebug,
  } = configuration;
  const spec: JobSpec = {
    program,
    nodes,
    cluster,
    args,
    env,
    cwd,
    transport: transport ?? 'auto',
    mpi: mpiLaunch(configuration),
    eagerLimitBytes,
    faultTolerant,
    hold: !noDebug,
    stopOnEntry: stopOnEntry && !noDebug,
    faults: plannedFaults(configuration),
    journal:
      journal === undefined ? undefined : { folder: resolve(dirname(program), journal), anyVersion: false },
  };
  const { result, before } = await listening(client, async () => {
    await client.request('subscribe', { events: [...wantedEvents], outputBytesPerSecond });
    return client.request('startJob', spec, signal);
  });
  return { client, ...result, before };
}

/** Connects to a job that runs. */
export async function openRunningJob(
  { job: wanted, runDirectory }: ArgumentsOf<'attach'>,
  outputBytesPerSecond: number | undefined,
  release: (client: ClusterClient) => Promise<void> | void,
): Promise<OpenedJob> {
  const running = await findJobs();
  const found = running.find(
    (each) =>
      (wanted === undefined || each.job.id === wanted) &&
      (runDirectory === undefined || each.runDirectory === runDirectory),
  );
  if (!found) throw new LockstepError('noRunningJob', { job: wanted });
  const { id } = found.job;
  const client = await connect(found.runDirectory);
  try {
    const { result, before } = await listening(client, async () => {
      const bundle = await client.request('bundle', { job: id });
      const snapshots = await client.request('subscribe', {
        events: [...wantedEvents],
        outputBytesPerSecond,
      });
      return { bundle, snapshot: snapshots.find(({ job }) => job.id === id) };
    });
    const { bundle, snapshot } = result;
    if (!snapshot) throw new LockstepError('noRunningJob', { job: wanted });
    const known = snapshot.nodes.map((node): ClusterEvent => ({ type: 'nodeChanged', node }));
    return { client, job: snapshot.job, bundle, before: [...known, ...before] };
  } catch (error) {
    await release(client);
    throw error;
  }
}

/**
 * Runs `body` and keeps the events that come meanwhile. Messages are taken in one a turn of the event loop, so a
 * caller that listens itself before the next turn misses none.
 */
async function listening<T>(
  client: ClusterClient,
  body: () => Promise<T>,
): Promise<{ result: T; before: ClusterEvent[] }> {
  const before: ClusterEvent[] = [];
  const subscription = client.onEvent((event) => before.push(event));
  try {
    return { result: await body(), before };
  } finally {
    subscription.dispose();
  }
}
