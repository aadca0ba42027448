import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  completeConfiguration,
  configurationOfEditor,
  fileName,
  launchOf,
  problemOf,
} from './completeConfiguration';

const step = 'node' as const;

test('F5 without a configuration debugs the program in the editor', () => {
  assert.deepEqual(configurationOfEditor({}, '/w/ring.ts'), {
    type: 'lockstep',
    request: 'launch',
    name: 'ring.ts',
    program: '/w/ring.ts',
  });
  assert.equal(configurationOfEditor({}, undefined), undefined);
});

test('Ctrl+F5 keeps that it is a run', () => {
  assert.equal(configurationOfEditor({ noDebug: true }, '/w/ring.ts')?.noDebug, true);
});

test('a configuration of its own is taken as it is', () => {
  const own = { type: 'lockstep', request: 'attach', name: 'mine', job: 'job-1' };
  assert.equal(configurationOfEditor(own, '/w/ring.ts'), own);
});

test('settings and the chosen cluster fill in what is absent', () => {
  const complete = completeConfiguration(launchOf('/w/ring.ts'), {
    nodes: 7,
    cluster: 'lab',
    step: 'together',
  });
  assert.equal(complete.nodes, 7);
  assert.equal(complete.cluster, 'lab');
  assert.equal(complete.step, 'together');
});

test('what the configuration says wins', () => {
  const own = { ...launchOf('/w/ring.ts'), nodes: 2, cluster: 'small', step: 'node' as const };
  assert.deepEqual(completeConfiguration(own, { nodes: 7, cluster: 'lab', step: 'together' }), own);
});

test("a configuration's own cluster keeps its own number of nodes", () => {
  const own = { ...launchOf('/w/ring.ts'), cluster: 'large' };
  assert.equal(completeConfiguration(own, { nodes: 7, step }).nodes, undefined);
});

test('the chosen cluster is not for the processes of mpiexec', () => {
  const defaults = { nodes: 7, cluster: 'lab', step };
  for (const own of [{ mpi: 'mpich' }, { mpi: true }, { mpiexec: '/opt/mpi/mpiexec' }]) {
    const complete = completeConfiguration({ ...launchOf('/w/ring.ts'), ...own }, defaults);
    assert.deepEqual([complete.cluster, complete.nodes], [undefined, 7]);
  }
  const without = completeConfiguration({ ...launchOf('/w/ring.ts'), mpi: false }, defaults);
  assert.equal(without.cluster, 'lab');
});

test('attach takes no program, nodes or cluster', () => {
  const own = { type: 'lockstep', request: 'attach', name: 'a', job: 'job-1' };
  const complete = completeConfiguration(own, { activeProgram: '/w/a.ts', nodes: 3, cluster: 'lab', step });
  assert.deepEqual(complete, { ...own, step });
});

test('problems are named with the value', () => {
  assert.equal(problemOf(launchOf('/w/ring.ts')), undefined);
  assert.match(problemOf({ ...launchOf('x'), program: undefined }) ?? '', /"program" is missing/);
  assert.match(problemOf({ ...launchOf('x'), nodes: 1.5 }) ?? '', /"nodes" is 1\.5/);
  assert.match(problemOf({ ...launchOf('x'), nodes: 0 }) ?? '', /"nodes" is 0/);
  assert.match(problemOf({ ...launchOf('x'), request: 'start' }) ?? '', /"request" is "start"/);
  assert.equal(problemOf({ type: 'lockstep', request: 'attach', name: 'a' }), undefined);
});

test('file names of either kind of path', () => {
  assert.equal(fileName('/a/b/ring.ts'), 'ring.ts');
  assert.equal(fileName('C:\\a\\ring.ts'), 'ring.ts');
  assert.equal(fileName('ring.ts'), 'ring.ts');
});
