import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { defaultConfiguration } from '../protocol/configuration';
import { findConfigurations, parseConfiguration, pickCluster } from './configuration';

const file = '/lab/lockstep.json';
const local = { type: 'local', nodes: 4 };

test('a whole configuration is read as it stands', () => {
  const text = {
    $schema: './schema.json',
    default: 'lab',
    clusters: {
      lab: { ...local, memoryMiB: 512, node: '/opt/node/bin/node' },
      small: { ...local, nodes: 1 },
    },
  };
  assert.deepEqual(parseConfiguration(JSON.stringify(text), file), text);
});

test('hosts may be told to reach each other directly', () => {
  const settings = {
    hosts: [{ host: 'gpu1', address: '10.0.0.7:7000', directPorts: [7000, 7000] }],
    peerLinks: 'direct',
    directPorts: [40000, 40100],
  };
  const parsed = parseConfiguration(lab(settings), file).clusters['lab'];
  assert.deepEqual(parsed, { type: 'ssh', nodes: 4, ...settings });
});

test('a host is a name or an object', () => {
  const text = lab({ hosts: ['gpu1', { host: 'gpu2', user: 'ada', port: 2222, nodes: 2 }], localNodes: 1 });
  assert.deepEqual(parseConfiguration(text, file).clusters['lab'], {
    type: 'ssh',
    nodes: 4,
    hosts: [{ host: 'gpu1' }, { host: 'gpu2', user: 'ada', port: 2222, nodes: 2 }],
    localNodes: 1,
  });
});

/** A configuration with one cluster of remote hosts. */
function lab(settings: object): string {
  return JSON.stringify({ clusters: { lab: { type: 'ssh', nodes: 4, hosts: ['gpu1'], ...settings } } });
}

/** A configuration with one cluster of Slurm's. */
function slurm(settings: object): string {
  return JSON.stringify({ clusters: { lab: { type: 'slurm', nodes: 2, ...settings } } });
}

const wrong: [name: string, text: string, path: string, problem: RegExp][] = [
  ['no JSON', '{ "clusters": ', 'the file', /^is not valid JSON: /],
  ['not an object', '7', 'the file', /./],
  ['no clusters', '{}', 'clusters', /./],
  ['clusters that are a list', '{"clusters": []}', 'clusters', /./],
  ['an unknown key', JSON.stringify({ clusters: {}, nodes: 4 }), 'nodes', /./],
  [
    'an unknown key of a cluster',
    JSON.stringify({ clusters: { lab: { ...local, node_: 1 } } }),
    'clusters.lab.node_',
    /./,
  ],
  [
    'another type',
    JSON.stringify({ clusters: { lab: { ...local, type: 'cloud' } } }),
    'clusters.lab.type',
    /^must be .* "local", "ssh" or "slurm"$/,
  ],
  [
    'a default that is no name',
    JSON.stringify({ default: 4, clusters: {} }),
    'default',
    /^must be the name of a cluster$/,
  ],
  ...[0, 257, 2.5, '4', null].map((nodes): [string, string, string, RegExp] => [
    `${JSON.stringify(nodes)} nodes`,
    JSON.stringify({ clusters: { lab: { ...local, nodes } } }),
    'clusters.lab.nodes',
    /^must be a whole number from 1 to 256$/,
  ]),
  ['no hosts', lab({ hosts: [] }), 'clusters.lab.hosts', /^must name at least one host$/],
  ['hosts that are no list', lab({ hosts: 'gpu1' }), 'clusters.lab.hosts', /^must be a list of hosts$/],
  ['a host that is a number', lab({ hosts: [7] }), 'clusters.lab.hosts.0', /./],
  ['a host without a name', lab({ hosts: [{ port: 22 }] }), 'clusters.lab.hosts.0.host', /./],
  ['a port of a host', lab({ hosts: ['a', { host: 'b', port: 0 }] }), 'clusters.lab.hosts.1.port', /65535$/],
  ['an unknown key of a host', lab({ hosts: [{ host: 'b', prt: 1 }] }), 'clusters.lab.hosts.0.prt', /./],
  ['a host twice', lab({ hosts: ['a', { host: 'a' }] }), 'clusters.lab.hosts', /^must name each host once$/],
  [
    'another backend',
    lab({ backend: 'putty' }),
    'clusters.lab.backend',
    /^must be "auto", "ssh2" or "system"$/,
  ],
  [
    'other peer links',
    lab({ peerLinks: 'tls' }),
    'clusters.lab.peerLinks',
    /^must be "relayed" or "direct"$/,
  ],
  ['a single port', lab({ directPorts: 7000 }), 'clusters.lab.directPorts', /two ports/],
  ['ports the wrong way', lab({ directPorts: [7001, 7000] }), 'clusters.lab.directPorts', /lower one first$/],
  ['a time that Slurm does not know', slurm({ time: '10m' }), 'clusters.lab.time', /"00:10:00"$/],
  [
    'two words',
    slurm({ partition: 'all gpu' }),
    'clusters.lab.partition',
    /^must be the name of a partition, one word$/,
  ],
  ['a login of two words', slurm({ login: 'ada lab' }), 'clusters.lab.login', /"ada@login\.lab"/],
  [
    'an option without a dash',
    slurm({ options: ['mem=1'] }),
    'clusters.lab.options.0',
    /^must be an option of salloc/,
  ],
  ['no nodes', JSON.stringify({ clusters: { lab: { type: 'local' } } }), 'clusters.lab.nodes', /./],
  [
    'too little memory',
    JSON.stringify({ clusters: { lab: { ...local, memoryMiB: 8 } } }),
    'clusters.lab.memoryMiB',
    /^must be a whole number from 64 /,
  ],
  [
    'a node that is no path',
    JSON.stringify({ clusters: { lab: { ...local, node: 22 } } }),
    'clusters.lab.node',
    /^must be the path of a Node.js executable$/,
  ],
];
for (const [name, text, path, problem] of wrong) {
  test(`${name}: the error names the file, the place and the problem`, () => {
    assert.throws(
      () => parseConfiguration(text, file),
      (error: { code: string; message: string; data: Record<string, string> }) => {
        assert.equal(error.code, 'badConfiguration');
        assert.equal(error.data.file, file);
        assert.equal(error.data.path, path);
        assert.match(error.data.problem ?? '', problem);
        assert.ok(error.message.startsWith(`${file}: ${path} `), error.message);
        return true;
      },
    );
  });
}

test('the nearest lockstep.json above the program counts, then that above the working directory', () => {
  const folder = mkdtempSync(join(tmpdir(), 'configuration-'));
  try {
    const [program, working] = [join(folder, 'a', 'program'), join(folder, 'working', 'deep')];
    for (const path of [program, working]) mkdirSync(path, { recursive: true });
    const none = { file: join(program, 'lockstep.json'), configuration: defaultConfiguration };
    assert.deepEqual(findConfigurations(program, working), [none]);
    const write = (at: string, name: string) => {
      writeFileSync(join(at, 'lockstep.json'), JSON.stringify({ clusters: { [name]: local } }));
      return join(at, 'lockstep.json');
    };
    const found = () => findConfigurations(program, working).map((each) => each.file);
    const ofWorking = write(join(folder, 'working'), 'lab');
    assert.deepEqual(found(), [ofWorking]);
    const ofProgram = write(join(folder, 'a'), 'own');
    assert.deepEqual(found(), [ofProgram, ofWorking]);
    assert.deepEqual(
      findConfigurations(program, program).map((each) => each.file),
      [ofProgram],
    );
    const pick = (name?: string) => pickCluster(findConfigurations(program, working), name).name;
    assert.equal(pick(), 'own');
    assert.equal(pick('lab'), 'lab');
    assert.throws(() => pick('moon'), {
      message: `There is no cluster "moon" in ${ofProgram} (clusters: own) nor in ${ofWorking} (clusters: lab). Add it there, or pick one of these.`,
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('paths of this machine are taken from the folder of the file, ~ is the home', () => {
  const folder = mkdtempSync(join(tmpdir(), 'configuration-'));
  try {
    const lab = {
      type: 'ssh',
      nodes: 2,
      node: '~/there/node',
      nodeArchive: '../node.tar.gz',
      configFile: '~/.ssh/lab',
      hosts: [{ host: 'a', identityFile: 'keys/a' }, { host: 'b', identityFile: '/k' }, 'c'],
    };
    writeFileSync(join(folder, 'lockstep.json'), JSON.stringify({ clusters: { lab } }));
    const [found] = findConfigurations(folder, folder);
    assert.deepEqual(found?.configuration.clusters['lab'], {
      ...lab,
      nodeArchive: join(folder, '..', 'node.tar.gz'),
      configFile: join(homedir(), '.ssh', 'lab'),
      hosts: [
        { host: 'a', identityFile: join(folder, 'keys', 'a') },
        { host: 'b', identityFile: '/k' },
        { host: 'c' },
      ],
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a cluster is picked by name, else the default, else the first', () => {
  const clusters = { lab: { ...local, nodes: 2 }, big: { ...local, nodes: 8 } } as const;
  const found = (start: { default?: string }) => [
    { file, configuration: { ...start, clusters: { ...clusters } } },
  ];
  const named = (configuration: ReturnType<typeof found>, name?: string) =>
    pickCluster(configuration as Parameters<typeof pickCluster>[0], name).name;
  assert.equal(named(found({ default: 'big' }), 'lab'), 'lab');
  assert.equal(named(found({ default: 'big' })), 'big');
  assert.equal(named(found({})), 'lab');
});

test('an unknown cluster is named together with those that there are', () => {
  const found = [{ file, configuration: { clusters: { lab: { type: 'local', nodes: 2 } as const } } }];
  for (const name of ['labb', 'toString', '__proto__']) {
    assert.throws(
      () => pickCluster(found, name),
      (error: { code: string; message: string }) => {
        assert.equal(error.code, 'unknownCluster');
        assert.ok(
          [name, file, 'lab'].every((word) => error.message.includes(word)),
          error.message,
        );
        return true;
      },
    );
  }
});
