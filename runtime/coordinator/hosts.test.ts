import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeHost, type HostInfo } from '../protocol/host';
import { Hosts } from './hosts';

const load = { load: 1, freeMemoryMiB: 100, roundTripMs: 2 };

test('a machine is told of with all that is known of it', () => {
  const told: HostInfo[] = [];
  const hosts = new Hosts((host) => told.push(host));
  hosts.update({ name: 'lab-1', cluster: 'lab', state: 'connecting' });
  hosts.update({ name: 'lab-1', state: 'uploading', fraction: 0.437 });
  hosts.update({ name: 'lab-1', load });
  assert.deepEqual(told.map(describeHost), ['connecting', 'uploading 43 %', 'uploading 43 %']);
  hosts.update({ name: 'lab-1', state: 'ready' });
  assert.deepEqual(hosts.list(), [
    { name: 'lab-1', cluster: 'lab', state: 'ready', load, fraction: undefined, reason: undefined },
  ]);
});

test('why a machine was lost is forgotten when it is back', () => {
  const hosts = new Hosts(() => undefined);
  hosts.update({ name: 'lab-1', state: 'lost', reason: 'it stayed away' });
  assert.equal(hosts.list()[0]?.reason, 'it stayed away');
  hosts.update({ name: 'lab-1', state: 'connecting' });
  assert.equal(hosts.list()[0]?.reason, undefined);
});

test('a machine that could not be used is dropped once its cluster does not name it any more', () => {
  const hosts = new Hosts(() => undefined);
  hosts.update({ name: 'typo', cluster: 'lab', state: 'failed' });
  hosts.update({ name: 'lab-1', cluster: 'lab', state: 'failed' });
  hosts.update({ name: 'lab-2', cluster: 'lab', state: 'ready' });
  hosts.update({ name: 'other', cluster: 'attic', state: 'lost' });
  hosts.keep('lab', ['lab-1']);
  assert.deepEqual(
    hosts.list().map(({ name }) => name),
    ['lab-1', 'lab-2', 'other'],
  );
});

test('a machine that is closed is told of once more, and is on the list no longer', () => {
  const told: HostInfo[] = [];
  const hosts = new Hosts((host) => told.push(host));
  hosts.update({ name: 'lab-1', state: 'ready' });
  hosts.update({ name: 'lab-1', state: 'closed' });
  assert.equal(told.at(-1)?.state, 'closed');
  assert.deepEqual(hosts.list(), []);
});
