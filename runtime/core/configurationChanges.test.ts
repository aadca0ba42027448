import assert from 'node:assert/strict';
import {
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { maximumNodes, type SshHost } from '../protocol/configuration';
import { parseConfiguration } from './configuration';
import {
  changeConfigurationFile,
  withCluster,
  withDefault,
  withHost,
  withHosts,
} from './configurationChanges';

const file = 'lockstep.json';

const commented = `// The clusters of the course.
{
\t"default": "laptop", // for the first week
\t"clusters": {
\t\t/* everybody's own */
\t\t"laptop": { "type": "local", "nodes": 4 },
\t\t"lab": {
\t\t\t"type": "ssh",
\t\t\t"nodes": 4,
\t\t\t"hosts": [
\t\t\t\t"lab-1", // the loud one
\t\t\t],
\t\t},
\t},
}
`;

/** Lines that are in the one text and not in the other. */
const missing = (from: string, other: string): string[] =>
  from.split('\n').filter((line) => !other.split('\n').includes(line));

test('a host is added to the list; every other line stays as it was written', () => {
  const changed = withHost(commented, file, 'lab', { host: 'lab-2', port: 2222 }, 4);
  assert.deepEqual(missing(commented, changed), []);
  const lab = parseConfiguration(changed, file).clusters['lab'];
  assert.deepEqual(lab?.type === 'ssh' && lab.hosts, [{ host: 'lab-1' }, { host: 'lab-2', port: 2222 }]);
});

test('a host that is there already changes nothing', () => {
  assert.equal(withHost(commented, file, 'lab', { host: 'lab-1' }, 4), commented);
});

test('a host of a cluster that is not there makes it', () => {
  const changed = withHost(commented, file, 'attic', { host: 'old-1' }, 3);
  assert.match(changed, /"hosts": \[\s*"old-1"\s*\]/);
  assert.deepEqual(parseConfiguration(changed, file).clusters['attic'], {
    type: 'ssh',
    nodes: 3,
    hosts: [{ host: 'old-1' }],
  });
});

test('a host does not change what a cluster is, and joins one that finds its machines', () => {
  assert.throws(
    () => withHost(commented, file, 'laptop', { host: 'lab-1' }, 4),
    /clusters\.laptop is of type "local"/,
  );
  const room = '{ "clusters": { "room": { "type": "ssh", "nodes": 2, "discover": {} } } }';
  const cluster = parseConfiguration(withHost(room, file, 'room', { host: 'lab-1' }, 4), file).clusters[
    'room'
  ];
  assert.deepEqual(cluster, { type: 'ssh', nodes: 2, discover: {}, hosts: [{ host: 'lab-1' }] });
});

test('a cluster is added behind the others, indented as they are', () => {
  const changed = withCluster(commented, file, 'attic', { type: 'local', nodes: 2 });
  assert.deepEqual(missing(commented, changed), []);
  assert.match(changed, /\n\t\t"attic": \{\n\t\t\t"type": "local",\n\t\t\t"nodes": 2\n\t\t\}/);
});

test('a cluster of the same name is replaced as a whole', () => {
  const changed = withCluster(commented, file, 'lab', { type: 'ssh', nodes: 2, hosts: [{ host: 'new' }] });
  assert.deepEqual(parseConfiguration(changed, file).clusters['lab'], {
    type: 'ssh',
    nodes: 2,
    hosts: [{ host: 'new' }],
  });
  assert.match(changed, /everybody's own/);
});

test('machines are added with their nodes, and those that are there are left as they are', () => {
  const hosts = [{ host: 'lab-1' }, { host: 'lab-2', user: 'ada', port: undefined }];
  const changed = withHosts(commented, file, 'lab', hosts, 3);
  assert.deepEqual(parseConfiguration(changed, file).clusters['lab'], {
    type: 'ssh',
    nodes: 7,
    hosts: [{ host: 'lab-1' }, { host: 'lab-2', user: 'ada', nodes: 3 }],
  });
  assert.equal(withHosts(commented, file, 'lab', [{ host: 'lab-1' }], 3), commented);
  assert.deepEqual(parseConfiguration(withHosts(undefined, file, 'lab', hosts, 3), file).clusters['lab'], {
    type: 'ssh',
    nodes: 6,
    hosts: [{ host: 'lab-1' }, { host: 'lab-2', user: 'ada' }],
  });
  assert.throws(() => withHosts(commented, file, 'laptop', hosts, 3), /choose another name/);
});

test('a host does not turn a cluster of another type into one of hosts', () => {
  assert.throws(
    () => withHost(commented, file, 'laptop', { host: 'lab-1' }, 4),
    /clusters\.laptop is of type "local"/,
  );
});

test('the default is set, and its comment stays', () => {
  const changed = withDefault(commented, file, 'lab');
  assert.match(changed, /"default": "lab", \/\/ for the first week/);
});

test('without a file, or in an empty one, the local cluster is written too', () => {
  for (const text of [undefined, '', '\n']) {
    const changed = withCluster(text, file, 'lab', { type: 'ssh', nodes: 2, hosts: [{ host: 'a' }] });
    assert.deepEqual(Object.keys(parseConfiguration(changed, file).clusters), ['local', 'lab']);
    assert.equal(parseConfiguration(changed, file).default, 'local');
  }
});

test('Windows line ends stay', () => {
  const changed = withHost(commented.replaceAll('\n', '\r\n'), file, 'lab', { host: 'lab-2' }, 4);
  assert.doesNotMatch(changed, /[^\r]\n/);
});

test('a file that is wrong is left alone, with what is wrong in it', () => {
  assert.throws(
    () => withDefault('{ "clusters": {', file, 'a'),
    /lockstep\.json: the file is not valid JSON/,
  );
  assert.throws(
    () => withCluster(commented, file, 'lab', { type: 'ssh', nodes: 0, hosts: [] }),
    /clusters\.lab/,
  );
});

test('whatever hosts are added one after the other are read back, in their order', () => {
  const name = fc.string({ minLength: 1, maxLength: 12 });
  // None of the clusters that are there, and none of the names that every object has.
  const newCluster = name.map((text) => `new ${text}`);
  const host = fc.record(
    {
      host: name,
      user: name,
      port: fc.integer({ min: 1, max: 65535 }),
      nodes: fc.integer({ min: 0, max: maximumNodes }),
    },
    { requiredKeys: ['host'], noNullPrototype: true },
  );
  const sameness = ({ host: named, user, port }: SshHost): string => JSON.stringify([named, user, port]);
  const hosts = fc.uniqueArray(host, { minLength: 1, maxLength: 6, selector: sameness });
  const text = fc.constantFrom(
    undefined,
    commented,
    '{"clusters":{}}',
    '{"clusters":{"x":{"type":"local","nodes":1}}}',
  );
  fc.assert(
    fc.property(text, newCluster, hosts, (start, cluster, list) => {
      fc.pre(cluster !== '__proto__' && !commented.includes(JSON.stringify(cluster)));
      const changed = list.reduce<string | undefined>(
        (before, each) => withHost(before, file, cluster, each, 4),
        start,
      );
      const found = parseConfiguration(changed ?? '', file).clusters[cluster];
      assert.deepEqual(found?.type === 'ssh' && found.hosts, list);
    }),
  );
});

test('a file is changed as a whole, through a link, and nothing is left beside it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-configuration-'));
  try {
    const path = join(folder, file);
    await changeConfigurationFile(path, (text) => withDefault(text, path, 'local'));
    symlinkSync(path, join(folder, 'link.json'));
    await changeConfigurationFile(join(folder, 'link.json'), (text) =>
      withHost(text, path, 'lab', { host: 'lab-1' }, 2),
    );
    assert.ok(lstatSync(join(folder, 'link.json')).isSymbolicLink());
    assert.ok('lab' in parseConfiguration(readFileSync(path, 'utf8'), path).clusters);
    writeFileSync(path, '{');
    await assert.rejects(
      changeConfigurationFile(path, (text) => withDefault(text, path, 'a')),
      /not valid JSON/,
    );
    assert.equal(readFileSync(path, 'utf8'), '{');
    assert.deepEqual(readdirSync(folder).sort(), ['link.json', file]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
