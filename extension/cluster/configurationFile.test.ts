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
  const { slurmCluster, sshCluster, sshHost, discover: discoverSchema } = schema.definitions;
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
    eagerLimitBytes: 0,
    faultTolerant: false,
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
  const allocation = {
    type: 'slurm',
    login: 'ada@login.lab',
    backend: 'auto',
    configFile: '/c',
    partition: 'all',
    nodes: 2,
    tasksPerNode: 4,
    time: '00:10:00',
    account: 'course',
    qos: 'normal',
    constraint: 'skylake&ib',
    options: ['--reservation=course'],
    localNodes: 1,
    memoryMiB: 64,
    eagerLimitBytes: 0,
    faultTolerant: false,
    node: '/n',
    nodeArchive: '/a.tar.gz',
  };
  assert.deepEqual(Object.keys(allocation).sort(), Object.keys(slurmCluster.properties).sort());
  const text = JSON.stringify({ clusters: { lab: cluster, slurm: allocation } });
  assert.deepEqual(Object.keys(parseConfiguration(text, 'lockstep.json').clusters), ['lab', 'slurm']);
});

test('a time and a name are the same to the schema and to the coordinator', () => {
  const { time, partition } = schema.definitions.slurmCluster.properties;
  const accepted = (cluster: object): boolean => {
    try {
      parseConfiguration(JSON.stringify({ clusters: { a: { type: 'slurm', nodes: 1, ...cluster } } }), 'f');
      return true;
    } catch {
      return false;
    }
  };
  const times = [
    '30',
    '90:00',
    '00:10:00',
    '2-12',
    '2-12:30',
    '2-12:30:00',
    '',
    'soon',
    '1:2:3:4',
    '-5',
    '1-',
  ];
  for (const each of times) assert.equal(accepted({ time: each }), new RegExp(time.pattern).test(each), each);
  assert.ok(accepted({ time: '00:10:00' }) && !accepted({ time: 'soon' }));
  for (const each of ['all', 'a,b', '', 'a b', '--flag'])
    assert.equal(accepted({ partition: each }), new RegExp(partition.pattern).test(each), each);
});
