import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Client } from '../../runtime/client';
import { Emitter } from '../../runtime/core/emitter';
import { LockstepError } from '../../runtime/protocol/errors';
import type { ClusterEvent } from '../../runtime/protocol/events';
import type { JobInfo } from '../../runtime/protocol/job';
import { Clusters, type ClusterHost } from './clusters';

const job = (id: string): JobInfo => ({
  id,
  program: '/w/ring.ts',
  cluster: 'local',
  size: 1,
  state: 'running',
  startedAtMs: 1,
  transport: 'auto',
  debugged: false,
});

/** A client without a coordinator: a test plays its events. */
class FakeClient {
  readonly events = new Emitter<ClusterEvent>();
  readonly closed = new Emitter<LockstepError>();
  readonly onEvent = this.events.event;
  readonly onClosed = this.closed.event;
  disposed = false;
  constructor(private readonly runDirectory: string) {}
  request(method: string): Promise<unknown> {
    return Promise.resolve(method === 'info' ? { runDirectory: this.runDirectory } : []);
  }
  dispose(): void {
    this.disposed = true;
  }
}

function setUp(trusted = true): { clusters: Clusters; started: FakeClient[]; folders: string[] } {
  const started: FakeClient[] = [];
  const folders: string[] = [];
  const start = (folder: string): Promise<Client> => {
    const client = new FakeClient(`/run/${folder}`);
    started.push(client);
    folders.push(folder);
    return Promise.resolve(client as unknown as Client);
  };
  const host: ClusterHost = {
    startCoordinator: start,
    connect: start,
    isTrusted: () => trusted,
    outputBytesPerSecond: () => 1000,
  };
  return { clusters: new Clusters(host), started, folders };
}

test('a coordinator is started once for a folder', async () => {
  const { clusters, folders } = setUp();
  const [first, second] = await Promise.all([clusters.runDirectory('/w'), clusters.runDirectory('/w')]);
  assert.equal(first, second);
  assert.deepEqual(folders, ['/w']);
  assert.equal(clusters.running, true);
});

test('without trust nothing is started, whoever asks', async () => {
  const { clusters, folders } = setUp(false);
  await assert.rejects(clusters.runDirectory('/w'), { code: 'restrictedMode' });
  await assert.rejects(clusters.connect('/run/1'), { code: 'restrictedMode' });
  assert.deepEqual(folders, []);
});

test('a start that failed is tried again at the next request', async () => {
  let attempts = 0;
  const clusters = new Clusters({
    startCoordinator: () => {
      attempts += 1;
      return attempts === 1
        ? Promise.reject(new LockstepError('noNode', { minimum: '20', tried: 'node' }))
        : Promise.resolve(new FakeClient('/run/1') as unknown as Client);
    },
    connect: () => Promise.reject(new Error('not asked for')),
    isTrusted: () => true,
    outputBytesPerSecond: () => 1,
  });
  await assert.rejects(clusters.runDirectory('/w'), { code: 'noNode' });
  await clusters.runDirectory('/w');
  assert.equal(attempts, 2);
});

test('jobs of two coordinators with the same id are kept apart, and found again', async () => {
  const { clusters, started } = setUp();
  const own = await clusters.runDirectory('/w');
  await clusters.connect(own);
  await clusters.connect('/other');
  started[0]?.events.fire({ type: 'jobChanged', job: job('job-1') });
  started[1]?.events.fire({ type: 'jobChanged', job: job('job-1') });
  assert.deepEqual(
    clusters.model
      .jobs()
      .map(({ job: { id } }) => id)
      .sort(),
    ['job-1', 'job-1 (cluster 2)'],
  );
  assert.deepEqual(clusters.find('job-1'), { client: started[0], job: 'job-1' });
  assert.deepEqual(clusters.find('job-1 (cluster 2)'), { client: started[1], job: 'job-1' });
  assert.equal(clusters.nameOf('/run//other', 'job-1'), 'job-1 (cluster 2)');
});

test('a lost coordinator fails its jobs, is told, and is started anew on the next use', async () => {
  const { clusters, started } = setUp();
  await clusters.runDirectory('/w');
  started[0]?.events.fire({ type: 'jobChanged', job: job('job-1') });
  const lost: string[] = [];
  clusters.onLost((error) => lost.push(error.code));
  started[0]?.closed.fire(new LockstepError('coordinatorLost', { reason: 'killed' }));
  assert.deepEqual(lost, ['coordinatorLost']);
  assert.equal(clusters.model.get('job-1')?.job.state, 'failed');
  assert.equal(clusters.running, false);
  await clusters.runDirectory('/w');
  assert.equal(started.length, 2);
  assert.deepEqual(clusters.model.jobs(), [], 'the ids of the new coordinator begin anew');
});

test('stop disposes every client, and one that is still being started', async () => {
  const { clusters, started } = setUp();
  await clusters.runDirectory('/w');
  const pending = clusters.runDirectory('/v');
  clusters.stop();
  await pending;
  await Promise.resolve();
  assert.deepEqual(
    started.map(({ disposed }) => disposed),
    [true, true],
  );
  assert.equal(clusters.running, false);
});
