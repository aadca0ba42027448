import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type HostInfo, hostStates } from '../../runtime/protocol/host';
import { hostRow } from './hostRow';

const facts = { platform: 'linux', arch: 'x64', nodeVersion: '20.20.0', cores: 8, memoryMiB: 16_384 };
const load = { load: 0.42, freeMemoryMiB: 12_900, roundTripMs: 0.4 };
const ready: HostInfo = { name: 'lab-1', cluster: 'lab', state: 'ready', facts, load };

test('a machine that is ready says what it has, how busy it is and how far away', () => {
  const row = hostRow('lab-1', ready);
  assert.equal(row.description, '8 cores · load 0.4 · 0.4 ms · 12.6 GiB free · Node 20.20.0');
  assert.match(row.tooltip, /^lab-1 of cluster lab: ready\n/);
  assert.match(
    row.tooltip,
    /Memory: 16 GiB, 12\.6 GiB free\nNode\.js 20\.20\.0 on linux x64\nRound trip: 0\.4 ms$/,
  );
  assert.equal(row.spoken, 'host lab-1, ready, 8 cores, load 0.4, 0.4 ms, 12.6 GiB free, Node 20.20.0');
});

test('before that, it says how far it is', () => {
  const uploading: HostInfo = { name: 'lab-1', cluster: 'lab', state: 'uploading', fraction: 0.43 };
  assert.equal(hostRow('lab-1', uploading).description, 'uploading 43 %');
});

test('a machine that is gone says so first, and no longer how busy it is', () => {
  assert.equal(
    hostRow('lab-1', { ...ready, state: 'unreachable' }).description,
    'not reachable: trying again',
  );
  const lost = hostRow('lab-1', { ...ready, state: 'lost', reason: 'lab-1 was not reachable for 10 s.' });
  assert.match(lost.description, /^lost · 8 cores/);
  assert.doesNotMatch(lost.description, /load|free/);
  assert.match(lost.tooltip, /\nlab-1 was not reachable for 10 s\.\n/);
});

test('every state has an icon, words for a menu and for a screen reader', () => {
  for (const state of hostStates) {
    const row = hostRow('lab-1', { ...ready, state });
    assert.ok(row.icon, state);
    assert.equal(row.context, `host ${state}`);
    assert.match(row.spoken, /^host lab-1, /);
  }
});

test('the machine that the coordinator runs on has no link to tell of', () => {
  assert.equal(hostRow('laptop', undefined).description, 'this machine');
});
