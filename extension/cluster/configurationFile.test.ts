import assert from 'node:assert/strict';
import { test } from 'node:test';
import schema from '../../media/lockstep.schema.json';
import { parseConfiguration } from '../../runtime/core/configuration';
import { maximumNodes } from '../../runtime/protocol/configuration';
import { clustersWithoutFile, initialConfigurationText, parseClusters } from './configurationFile';

test('what "Open Cluster Configuration" writes is what the coordinator accepts', () => {
  const text = initialConfigurationText();
  assert.equal(parseConfiguration(text, 'lockstep.json').default, 'local');
  assert.deepEqual(
    parseClusters(text).clusters.map(({ name }) => name),
    ['local', 'many'],
  );
});

test('without a file there is the local cluster of four nodes', () => {
  assert.deepEqual(clustersWithoutFile(), {
    default: 'local',
    clusters: [{ name: 'local', type: 'local', nodes: 4 }],
  });
});

test('a file that is half right still gives its names', () => {
  assert.deepEqual(parseClusters('{"clusters":{"a":{},"b":3}}'), {
    default: 'a',
    clusters: [
      { name: 'a', type: 'unknown', nodes: undefined },
      { name: 'b', type: 'unknown', nodes: undefined },
    ],
  });
  assert.deepEqual(parseClusters('[]').clusters, []);
  assert.throws(() => parseClusters('{'), SyntaxError);
});

test('the JSON schema says what the coordinator checks', () => {
  const { properties } = schema.definitions.localCluster;
  assert.equal(properties.nodes.maximum, maximumNodes);
  const file = (cluster: object): string =>
    JSON.stringify({ clusters: { a: { type: 'local', ...cluster } } });
  const accepts = (cluster: object): void => void parseConfiguration(file(cluster), 'lockstep.json');
  accepts({ nodes: properties.nodes.maximum, memoryMiB: properties.memoryMiB.minimum, node: '/bin/node' });
  assert.throws(() => accepts({ nodes: properties.nodes.maximum + 1 }));
  assert.throws(() => accepts({ nodes: properties.nodes.minimum - 1 }));
  assert.throws(() => accepts({ nodes: 1, memoryMiB: properties.memoryMiB.minimum - 1 }));
  for (const name of schema.definitions.localCluster.required) {
    const cluster: Record<string, unknown> = { type: 'local', nodes: 1 };
    delete cluster[name];
    assert.throws(() => parseConfiguration(JSON.stringify({ clusters: { a: cluster } }), 'f'), name);
  }
});

test('every attribute of the schema is one that the coordinator knows', () => {
  const { sshCluster, sshHost, discover: discoverSchema } = schema.definitions;
  const discover = { labels: { room: '101' }, interface: 'eth0' };
  const host = {
    host: 'lab-01',
    user: 'ada',
    port: 22,
    identityFile: '/k',
    proxyJump: 'gate',
    nodes: 1,
    node: '/n',
    address: '10.0.0.7:7000',
    directPorts: [7000, 7000],
  };
  const cluster = {
    type: 'ssh',
    nodes: 4,
    hosts: [host, 'lab-02'],
    discover,
    localNodes: 1,
    memoryMiB: 64,
    node: '/n',
    nodeArchive: '/a.tar.gz',
    backend: 'auto',
    peerLinks: 'direct',
    directPorts: [40000, 40100],
    configFile: '/c',
  };
  assert.deepEqual(Object.keys(cluster).sort(), Object.keys(sshCluster.properties).sort());
  assert.deepEqual(Object.keys(discover).sort(), Object.keys(discoverSchema.properties).sort());
  assert.deepEqual(Object.keys(host).sort(), Object.keys(sshHost.properties).sort());
  parseConfiguration(JSON.stringify({ clusters: { lab: cluster } }), 'lockstep.json');
});
