import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, test } from 'node:test';
import { parseValues, readSshConfiguration } from './sshConfiguration';

const folder = mkdtempSync(join(tmpdir(), 'lockstep-config-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const configFile = join(folder, 'config');
writeFileSync(
  configFile,
  `Host lab*
  HostName %h.example.org
  User ada
  Port 2222
  IdentityFile ~/.ssh/lab
  IdentityFile "${folder}/a key"
  IdentitiesOnly yes
  IdentityAgent none
  ProxyJump gate,ada@deep:22
  UserKnownHostsFile ${folder}/known1 ${folder}/known2
  GlobalKnownHostsFile none
  StrictHostKeyChecking no
  HashKnownHosts yes
  ConnectTimeout 3
  NumberOfPasswordPrompts 1
  AddressFamily inet6
  PasswordAuthentication no
`,
);

const expected = {
  hostName: 'lab7.example.org',
  port: 2222,
  user: 'ada',
  identityFiles: [join(homedir(), '.ssh/lab'), join(folder, 'a key')],
  identitiesOnly: true,
  identityAgent: undefined,
  certificateFiles: [],
  proxyJump: 'gate,ada@deep:22',
  proxyCommand: '',
  userKnownHostsFiles: [join(folder, 'known1'), join(folder, 'known2')],
  globalKnownHostsFiles: [],
  revokedHostKeys: '',
  hostKeyAlias: '',
  hashKnownHosts: true,
  strictHostKeyChecking: 'accept-new',
  addressFamily: 6,
  connectTimeoutMs: 3000,
  methods: { publickey: true, password: false, keyboardInteractive: true },
  prompts: 1,
};

/** Runs with a PATH on which there is no `ssh`. */
async function withoutOpenSsh<T>(body: () => Promise<T>): Promise<T> {
  const path = process.env['PATH'];
  process.env['PATH'] = folder;
  try {
    return await body();
  } finally {
    process.env['PATH'] = path;
  }
}

test('a configuration is read by OpenSSH', async () => {
  assert.ok((process.env['PATH'] ?? '').split(delimiter).length > 0);
  assert.deepEqual(await readSshConfiguration({ host: 'lab7', configFile }), expected);
});

test('without OpenSSH the same configuration is read by the package', async () => {
  const read = await withoutOpenSsh(() => readSshConfiguration({ host: 'lab7', configFile }));
  assert.deepEqual(read, expected);
});

for (const how of ['by OpenSSH', 'by the package']) {
  test(`what a target says itself comes first, ${how}`, async () => {
    const target = {
      host: 'lab7',
      configFile,
      user: 'bob',
      port: 22,
      identityFile: configFile,
      proxyJump: 'x',
    };
    const read = () => readSshConfiguration(target);
    const found = await (how === 'by OpenSSH' ? read() : withoutOpenSsh(read));
    assert.deepEqual(
      [found.user, found.port, found.identityFiles[0], found.proxyJump],
      ['bob', 22, configFile, 'x'],
    );
  });
}

test('a file that OpenSSH cannot read is told with its own words', async () => {
  const broken = join(folder, 'broken');
  writeFileSync(broken, 'Host lab\n  NoSuchOption yes\n');
  await assert.rejects(readSshConfiguration({ host: 'lab', configFile: broken }), (error: Error) => {
    assert.match(error.message, /^lab: .*NoSuchOption/i);
    return true;
  });
});

test('a key that a target names has to be there', async () => {
  await assert.rejects(readSshConfiguration({ host: 'lab', configFile, identityFile: '/no/such/key' }), {
    code: 'sshBadTarget',
    message: /^lab: the key \/no\/such\/key cannot be read \(ENOENT\)/,
  });
});

test('lines of ssh -G become lists of values', () => {
  assert.deepEqual(
    [...parseValues('user ada\nidentityfile ~/a b\r\nidentityfile c\nnothing\n')],
    [
      ['user', ['ada']],
      ['identityfile', ['~/a b', 'c']],
    ],
  );
});
