import assert from 'node:assert/strict';
import { test } from 'node:test';
import { machinesOf } from './mpiMachines';

const on = (name: string, machine = name) => ({ name, machine });

test('processes of one machine share its name and its first process', () => {
  assert.deepEqual(machinesOf([on('a'), on('b'), on('a'), on('b'), on('c')]), {
    hosts: ['a', 'b', 'a', 'b', 'c'],
    leaders: [0, 1, 0, 1, 4],
  });
});

test('machines of the same name are told apart', () => {
  assert.deepEqual(machinesOf([on('node', '1'), on('node', '2'), on('node', '3'), on('node', '2')]), {
    hosts: ['node', 'node (2)', 'node (3)', 'node (2)'],
    leaders: [0, 1, 2, 1],
  });
});
