import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FoundMachine } from '../../runtime/protocol/discovery';
import { machineRow } from './machineRow';

const machine: FoundMachine = {
  id: 'a',
  name: 'lab-7',
  host: '10.0.0.7',
  state: 'present',
  addresses: ['10.0.0.7'],
  ssh: { port: 2222, user: 'ada' },
  resources: {
    cores: 8,
    memoryMiB: 16384,
    freeMemoryMiB: 8192,
    load: 0.52,
    nodeVersion: '20.20.2',
    platform: 'linux x64',
  },
  labels: { room: '101', gpu: '2' },
};

test('a machine says what it has and what it is told apart by', () => {
  const row = machineRow(machine);
  assert.equal(row.label, 'lab-7');
  assert.match(row.description, /^room=101 gpu=2 · 8 cores · 16(\.0)? GiB · load 0\.5$/);
  assert.match(row.tooltip, /Reached over SSH: ada@10\.0\.0\.7 port 2222\n/);
  assert.match(row.tooltip, /\nroom: 101\ngpu: 2$/);
  assert.match(row.spoken, /^machine lab-7, room=101 gpu=2, 8 cores, /);
  assert.equal(row.context, 'machine');
});

test('one that has fallen silent says so in words, not in color alone', () => {
  const row = machineRow({ ...machine, state: 'suspect', labels: {} });
  assert.match(row.description, /^silent · 8 cores · .* · load 0\.5$/);
  assert.match(row.spoken, /^machine lab-7, silent, /);
  assert.match(row.tooltip, /^lab-7: has not been heard of for a while\n/);
  assert.notEqual(row.icon, machineRow(machine).icon);
});
