import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JobInfo, JobState } from '../../runtime/protocol/job';
import { JobModel } from '../cluster/jobModel';
import { childElements, clusterElements, elementId, parentElement } from './clusterRoots';

function model(...jobs: [id: string, cluster: string, state: JobState][]): JobModel {
  const made = new JobModel();
  for (const [index, [id, cluster, state]] of jobs.entries()) {
    const job: JobInfo = {
      id,
      program: '/w/ring.ts',
      cluster,
      size: 2,
      state,
      startedAtMs: index,
      transport: 'auto',
      debugged: false,
    };
    const nodes = [0, 1].map((rank) => ({
      job: id,
      rank,
      state: 'running' as const,
      host: 'here',
      pid: 1,
      epoch: 0,
    }));
    made.add([{ job, nodes }]);
  }
  return made;
}

const local = { type: 'cluster', name: 'local' } as const;

test('nothing is shown before anything has run, so that the welcome is', () => {
  assert.deepEqual(clusterElements(model(), 'lab', false), []);
  assert.deepEqual(clusterElements(model(), 'lab', true), [{ type: 'cluster', name: 'lab' }]);
});

test('the nodes of the only running job lie right below their cluster', () => {
  const jobs = model(['job-1', 'local', 'succeeded'], ['job-2', 'local', 'running']);
  assert.deepEqual(childElements(jobs, local), [
    { type: 'node', job: 'job-2', rank: 0 },
    { type: 'node', job: 'job-2', rank: 1 },
  ]);
});

test('several running jobs stand between cluster and nodes', () => {
  const jobs = model(['job-1', 'local', 'running'], ['job-2', 'local', 'running']);
  const [newest] = childElements(jobs, local);
  assert.deepEqual(newest, { type: 'job', cluster: 'local', job: 'job-2' });
  assert.deepEqual(newest && childElements(jobs, newest)[1], { type: 'node', job: 'job-2', rank: 1 });
});

test('after the end the nodes of the newest job stay', () => {
  const jobs = model(['job-1', 'local', 'succeeded'], ['job-2', 'local', 'failed']);
  assert.deepEqual(childElements(jobs, local)[0], { type: 'node', job: 'job-2', rank: 0 });
});

/** A model with a cluster of two machines and nodes 0 and 1 on them. */
function labModel(...jobs: [id: string, state: JobState][]): JobModel {
  const made = model(...jobs.map(([id, state]): [string, string, JobState] => [id, 'lab', state]));
  for (const name of ['lab-2', 'lab-1', 'lab-3'])
    made.apply({ type: 'hostChanged', host: { name, cluster: 'lab', state: 'ready' } });
  for (const [id] of jobs) {
    for (const rank of [0, 1]) {
      const node = made.node(id, rank);
      assert.ok(node);
      made.apply({ type: 'nodeChanged', node: { ...node, host: `lab-${rank + 1}` } });
    }
  }
  return made;
}

test('nodes on other machines lie below their machine; machines come in the order of the ranks', () => {
  const jobs = labModel(['job-1', 'running']);
  const machines = childElements(jobs, { type: 'cluster', name: 'lab' });
  const host = (name: string) => ({ type: 'host', cluster: 'lab', host: name, job: 'job-1' });
  assert.deepEqual(machines, [host('lab-1'), host('lab-2'), host('lab-3')]);
  const below = machines.map((machine) => childElements(jobs, machine));
  assert.deepEqual(below, [
    [{ type: 'node', job: 'job-1', rank: 0 }],
    [{ type: 'node', job: 'job-1', rank: 1 }],
    [],
  ]);
});

test('machines are shown while they are connected to, before there is a job', () => {
  const jobs = labModel();
  assert.deepEqual(clusterElements(jobs, 'lab', true), [{ type: 'cluster', name: 'lab' }]);
  assert.equal(childElements(jobs, { type: 'cluster', name: 'lab' }).length, 3);
});

test('a machine that is closed is shown no longer', () => {
  const jobs = labModel();
  for (const name of ['lab-1', 'lab-2', 'lab-3'])
    jobs.apply({ type: 'hostChanged', host: { name, cluster: 'lab', state: 'closed' } });
  assert.deepEqual(childElements(jobs, { type: 'cluster', name: 'lab' }), []);
});

test('the way up leads back along the way down, and ids are unique', () => {
  for (const jobs of [
    model(['job-1', 'local', 'running']),
    model(['job-1', 'local', 'running'], ['job-2', 'local', 'running'], ['job-3', 'lab', 'stopped']),
    labModel(['job-1', 'running']),
    labModel(['job-1', 'running'], ['job-2', 'running']),
    labModel(),
  ]) {
    const ids = new Set<string>();
    let count = 0;
    const visit = (element: Parameters<typeof elementId>[0]): void => {
      ids.add(elementId(element));
      count += 1;
      for (const child of childElements(jobs, element)) {
        assert.deepEqual(parentElement(jobs, child), element);
        visit(child);
      }
    };
    clusterElements(jobs, undefined, true).forEach(visit);
    assert.equal(ids.size, count);
  }
});
