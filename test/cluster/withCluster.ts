/** A real coordinator with real nodes for a test. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client, startCoordinator } from '../../runtime/client';
import type { ClusterEventType } from '../../runtime/protocol/events';
import type { JobInfo, JobSpec } from '../../runtime/protocol/job';
import type { CoordinatorInfo } from '../../runtime/protocol/control';
import { root, withoutLeaks } from './leakCheck';
import { ObservedJob, Recording } from './observedJob';

/** The runtime's bundles. */
export const distribution = join(root, 'dist');

/** Programs for tests that are too long to stand in them. */
export const programs = join(root, 'test', 'cluster', 'programs');

export interface ClusterOptions {
  /** What `lockstep.json` says in the cluster's workspace. */
  configuration?: object;
  /** The events that are recorded; absent: all. */
  events?: ClusterEventType[];
}

const allEvents: ClusterEventType[] = [
  'jobChanged',
  'nodeChanged',
  'output',
  'metrics',
  'traffic',
  'hostChanged',
  'clockChanged',
  'tasksChanged',
  'jobScaled',
];

export interface Cluster {
  client: Client;
  info: CoordinatorInfo;
  /** A folder of the cluster's own, in which its programs lie. */
  workspace: string;
  /** Where its run directory lies; all its processes have it in their environment. */
  runtimeFolder: string;
  recording: Recording;
  /** Writes a program; what it says stands in the body of `spmd(({ world, log, args }) => { … })`. */
  write(body: string): string;
  /** Starts a program: the path of a file, or the body of one. */
  start(program: string, nodes: number, options?: Partial<JobSpec>): Promise<ObservedJob>;
  /** Runs a program to its end. */
  run(
    program: string,
    nodes: number,
    options?: Partial<JobSpec>,
  ): Promise<{ job: ObservedJob; info: JobInfo }>;
}

/** Runs `body` with a cluster, and fails if a process, a socket or a directory of it is left afterwards. */
export function withCluster(
  body: (cluster: Cluster) => Promise<void>,
  { configuration, events = allEvents }: ClusterOptions = {},
): Promise<void> {
  return withoutLeaks(async (runtimeFolder) => {
    const workspace = mkdtempSync(join(tmpdir(), 'workspace-'));
    mkdirSync(workspace, { recursive: true });
    if (configuration) writeFileSync(join(workspace, 'lockstep.json'), JSON.stringify(configuration));
    const client = await startCoordinator({ workspace, distribution });
    try {
      const recording = new Recording(client);
      await client.request('subscribe', { events });
      const info = await client.request('info', {});
      let written = 0;
      const write = (source: string): string => {
        const path = join(workspace, `program${(written += 1)}.ts`);
        writeFileSync(path, programOf(source));
        return path;
      };
      const start = async (program: string, nodes: number, options: Partial<JobSpec> = {}) => {
        const path = program.endsWith('.ts') ? program : write(program);
        const { job } = await client.request('startJob', {
          program: path,
          nodes,
          args: [],
          env: {},
          transport: 'auto',
          hold: false,
          stopOnEntry: false,
          ...options,
        });
        return new ObservedJob(client, recording, job.id, job.size);
      };
      const run = async (program: string, nodes: number, options?: Partial<JobSpec>) => {
        const job = await start(program, nodes, options);
        return { job, info: await job.ended() };
      };
      await body({ client, info, workspace, runtimeFolder, recording, write, start, run });
    } finally {
      client.dispose();
      rmSync(workspace, { recursive: true, force: true });
    }
  });
}

/** A program of a body; its first line is line 1 of the file. */
export function programOf(body: string): string {
  return `import { spmd, faults, Status, SUM, ANY_SOURCE, ANY_TAG, waitAll, waitAny } from 'lockstep'; export default spmd(async ({ world, log, args }) => {${body}\n});`;
}

/** Fails with all that the job printed if it has not succeeded. */
export function assertSucceeded({ job, info }: { job: ObservedJob; info: JobInfo }): void {
  assert.equal(info.state, 'succeeded', `${info.failure?.error.message}\n${job.lines().join('\n')}`);
}
