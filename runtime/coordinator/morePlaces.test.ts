import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type JobMachine, morePlaces } from './morePlaces';

const machine = (name: string, nodes?: number, closed = false): JobMachine => ({
  host: { id: name, closed },
  slots: { name, nodes },
});
const on = (...names: string[]) => names.map((id) => ({ host: { id } }));

test('nodes that join go where most are missing', () => {
  assert.deepEqual(morePlaces(2, on('a', 'b'), [machine('a'), machine('b')], 'ssh'), [0, 1]);
  assert.deepEqual(morePlaces(3, on('a'), [machine('a', 2), machine('b', 2)], 'ssh'), [1, 0, 1]);
});

test('a machine that was lost takes none', () => {
  assert.deepEqual(morePlaces(3, on('a'), [machine('a'), machine('b', undefined, true)], 'ssh'), [0, 0, 0]);
  assert.throws(() => morePlaces(2, on('a'), [machine('a', 2), machine('b', 2, true)], 'ssh'), {
    message:
      /^3 nodes do not fit the hosts, which say 2 between them without b, lost while the job ran\. Change "nodes"/,
  });
});

test('an allocation of Slurm keeps its size, and it is said so', () => {
  const lab = [machine('a', 2), machine('b', 2)];
  assert.deepEqual(morePlaces(1, on('a', 'a', 'b'), lab, 'slurm'), [1]);
  assert.throws(() => morePlaces(2, on('a', 'a', 'b'), lab, 'slurm'), {
    message:
      /^5 nodes do not fit the allocation of Slurm, which was made for 4 and keeps its size\. .*"--nodes"/,
  });
});
