/** What a coordinator does for its deployment. */
import { copyFile, mkdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Clock } from '../../core/clock';
import { dataHash } from '../../core/programData';
import { defaultHeapMiB } from '../../launch/machineSize';
import { bundleProgram } from '../../program/bundle';
import { defaultCache } from '../../program/bundleCache';
import type { DeploySpec } from '../../protocol/deployment';
import { LockstepError } from '../../protocol/errors';
import type { ClusterEvent } from '../../protocol/events';
import type { Bundle, JobSpec } from '../../protocol/job';
import { clusterOf } from '../clusterOf';
import type { Job } from '../job';
import type { Launch } from '../launchContext';
import type { Machines } from '../machines';
import type { DeploymentContext } from './deployment';

/** The parts of a coordinator that a deployment uses. */
export interface DeploymentSupport {
  clock: Clock;
  runDirectory: string;
  machines: Machines;
  /** Resolves when nodes can come in. */
  listening: Promise<void>;
  launch(cluster: string, bundle: Bundle, launch: Omit<Launch, 'secret'>): Job;
  publish(event: ClusterEvent): void;
  onSettled: DeploymentContext['onSettled'];
}

export function deploymentContext(support: DeploymentSupport): DeploymentContext {
  return {
    clock: support.clock,
    async plan(spec) {
      const { name, cluster, size } = clusterOf(spec, spec.workspace);
      if (cluster.type === 'slurm') throw new LockstepError('deployOnSlurm', { name });
      const [bundle, data] = await Promise.all([
        bundleProgram(spec.program, defaultCache()),
        dataHash(spec.program),
        support.listening,
      ]);
      // A copy: the cache forgets what was not used for a while, and a replica may start again at any time.
      const kept = await keepBundle(bundle, support.runDirectory);
      return { cluster: { name, configuration: cluster }, size, bundle: kept, data };
    },
    async seats({ cluster: { name, configuration: cluster }, size, bundle }, deploySpec, ask) {
      const spec = replicaSpec(deploySpec);
      const places = { name, cluster, size, spec, bundle, ask };
      return (await support.machines.places(places, new AbortController().signal)).seats;
    },
    launch({ cluster, size, bundle }, spec, seat, replica) {
      const { memoryMiB } = cluster.configuration;
      const heapMiB = [memoryMiB ?? defaultHeapMiB(seat.host.size, size)];
      const launch = { spec: { ...replicaSpec(spec), replica }, seats: [seat], heapMiB, memoryMiB };
      return support.launch(cluster.name, bundle, launch);
    },
    publish: (event) => support.publish(event),
    onSettled: (info) => support.onSettled(info),
  };
}

/** A replica as a job of one node. */
function replicaSpec({ program, args }: DeploySpec): JobSpec {
  const cwd = dirname(program);
  return { program, nodes: 1, args, env: {}, cwd, transport: 'auto', hold: false, stopOnEntry: false };
}

async function keepBundle(bundle: Bundle, folder: string): Promise<Bundle> {
  const place = join(folder, bundle.hash);
  const path = join(place, basename(bundle.path));
  const mapPath = join(place, basename(bundle.mapPath));
  await mkdir(place, { recursive: true, mode: 0o700 });
  await Promise.all([copyFile(bundle.path, path), copyFile(bundle.mapPath, mapPath)]);
  return { ...bundle, path, mapPath };
}
