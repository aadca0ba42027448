import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SshCluster } from '../protocol/configuration';
import type { FoundMachine } from '../protocol/discovery';
import { resolve, withFoundHosts } from './foundHosts';

const machine = (host: string, cores: number, ssh: Partial<FoundMachine['ssh']> = {}): FoundMachine => ({
  id: host,
  name: host,
  host,
  state: 'present',
  addresses: [host],
  ssh: { port: 22, ...ssh },
  resources: { cores, memoryMiB: 1, freeMemoryMiB: 1, load: 0, nodeVersion: '20.0.0', platform: 'linux x64' },
  labels: {},
});

const cluster: SshCluster = { type: 'ssh', nodes: 4, hosts: [{ host: 'lab-1', nodes: 1 }], discover: {} };

test('a cluster that names its hosts needs no network', async () => {
  const named: SshCluster = { type: 'ssh', nodes: 1, hosts: [{ host: 'lab-1' }] };
  const { cluster: same, coresOf } = await withFoundHosts(named);
  assert.equal(same, named);
  assert.equal(coresOf({ host: 'lab-1' }), undefined);
});

test('machines that were found are further hosts, with their port and user where those are not the usual ones', () => {
  const found = [machine('10.0.0.2', 8), machine('10.0.0.3', 2, { port: 2222, user: 'ada' })];
  const { cluster: all, coresOf } = resolve(cluster, found);
  assert.deepEqual(all.hosts, [
    { host: 'lab-1', nodes: 1 },
    { host: '10.0.0.2' },
    { host: '10.0.0.3', port: 2222, user: 'ada' },
  ]);
  assert.deepEqual(all.hosts.map(coresOf), [undefined, 8, 2]);
});

test('a machine that the cluster names is taken once, as it is named', () => {
  assert.deepEqual(resolve(cluster, [machine('lab-1', 8)]).cluster.hosts, cluster.hosts);
});
