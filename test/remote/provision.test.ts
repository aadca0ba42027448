import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { RemoteHost } from '../../runtime/launch/remote';
import { connectHost } from '../../runtime/launch/ssh';
import { provision, type ProvisionFiles, type ProvisionOptions } from '../../runtime/provision';
import { nothingAsked } from './answers';
import { failure, run } from './commands';
import { hideNode } from './hideNode';
import { type Sshd, startSshd } from './sshd';

describe('what a host is given', () => {
  let sshd: Sshd;
  let host: RemoteHost;
  let files: ProvisionFiles;
  let cache: string;
  before(async () => {
    sshd = await startSshd({ env: { PATH: '/usr/bin:/bin' } });
    host = await connectHost({ host: 'lab', configFile: sshd.configFile, backend: 'ssh2' }, nothingAsked);
    files = makeFiles(join(sshd.directory, 'dist'), 'one');
    cache = join(sshd.home, '.cache', 'lockstep');
  });
  after(async () => {
    host.dispose();
    await sshd.stop();
  });
  const give = (some = files, options: ProvisionOptions = {}) => provision(host, some, options, () => {});

  test('an empty cache is filled, the second start sends nothing', async (context) => {
    let reported = 0;
    const startMs = performance.now();
    const first = await provision(host, files, {}, ({ sentBytes, totalBytes }) => {
      assert.ok(sentBytes > reported && sentBytes <= totalBytes);
      reported = sentBytes;
    });
    const middleMs = performance.now();
    const second = await give();
    const endMs = performance.now();
    context.diagnostic(
      `first start ${first.uploadedBytes} bytes in ${Math.round(middleMs - startMs)} ms, ` +
        `second ${second.uploadedBytes} bytes in ${Math.round(endMs - middleMs)} ms`,
    );
    assert.equal(first.uploadedBytes, 600_000 + 2 * 1000);
    assert.equal(reported, first.uploadedBytes);
    assert.equal(second.uploadedBytes, 0);
    assert.equal(second.directory, first.directory);
    for (const name of ['node.js', 'agent.js', 'relay.js']) {
      const local = join(files.runtime, name);
      assert.equal(first.pathOf(local), join(first.directory, name));
      assert.ok(readFileSync(first.pathOf(local)).equals(readFileSync(local)));
    }
    const [bundle] = files.bundles;
    assert.ok(bundle);
    assert.equal(readFileSync(first.pathOf(bundle.path), 'utf8'), readFileSync(bundle.path, 'utf8'));
    assert.equal(`${first.pathOf(bundle.path)}.map`, first.pathOf(bundle.mapPath));
    assert.throws(() => first.pathOf('/etc/passwd'), TypeError);
    assert.equal(statSync(cache).mode & 0o777, 0o700);
    assert.equal(statSync(first.directory).mode & 0o777, 0o700);
  });

  test('what the host is and has is as the host itself tells', async () => {
    const { facts, node } = await give();
    assert.equal(`v${facts.nodeVersion}`, execFileSync(node, ['--version']).toString().trim());
    assert.deepEqual([facts.platform, facts.arch, facts.home], [process.platform, process.arch, sshd.home]);
    for (const value of [facts.cores, facts.memoryMiB, facts.freeDiskMiB, facts.roundTripMs])
      assert.ok(value > 0);
  });

  test('another program sends the program alone; a file that was cut short is sent again', async () => {
    const other = makeFiles(join(sshd.directory, 'other'), 'two');
    const given = await give({ runtime: files.runtime, bundles: other.bundles });
    assert.equal(given.uploadedBytes, 2000);
    writeFileSync(given.pathOf(join(files.runtime, 'node.js')), 'short');
    assert.equal((await give()).uploadedBytes, 600_000);
  });

  test('two at once leave one whole copy', async () => {
    const fresh = makeFiles(join(sshd.directory, 'fresh'), 'three');
    const second = await connectHost({ host: 'lab', configFile: sshd.configFile }, nothingAsked);
    const [a, b] = await Promise.all([give(fresh), provision(second, fresh, {}, () => {})]);
    second.dispose();
    assert.equal(a.directory, b.directory);
    assert.deepEqual(readdirSync(a.directory).sort(), ['.complete', 'agent.js', 'node.js', 'relay.js']);
    assert.equal((await give(fresh)).uploadedBytes, 0);
  });

  test('what was left by an upload that was cut off goes, what lives or belongs elsewhere stays', async () => {
    const { directory } = await give();
    const leave = (name: string, owner: string) => {
      mkdirSync(join(directory, name));
      writeFileSync(join(directory, name, '0'), 'half');
      if (owner) writeFileSync(join(directory, name, 'owner'), `${owner}\n`);
    };
    leave('.incoming-dead', `${hostname()} 4194305`);
    leave('.incoming-alive', `${hostname()} ${process.pid}`);
    leave('.incoming-elsewhere', 'other-machine 4194305');
    leave('.incoming-old', 'other-machine 1');
    const longAgo = new Date(Date.now() - 3 * 24 * 3600 * 1000);
    utimesSync(join(directory, '.incoming-old'), longAgo, longAgo);
    await give();
    const left = readdirSync(directory).filter((name) => name.startsWith('.incoming'));
    assert.deepEqual(left.sort(), ['.incoming-alive', '.incoming-elsewhere']);
  });

  test('versions that nobody used for a month go, others stay', async () => {
    const { directory } = await give();
    for (const [name, days] of [
      ['runtime-old', 32],
      ['program-recent', 20],
      ['unrelated', 99],
    ] as const) {
      mkdirSync(join(cache, name));
      writeFileSync(join(cache, name, '.complete'), '');
      const when = new Date(Date.now() - days * 24 * 3600 * 1000);
      utimesSync(join(cache, name, '.complete'), when, when);
    }
    const longAgo = new Date(Date.now() - 99 * 24 * 3600 * 1000);
    utimesSync(join(directory, '.complete'), longAgo, longAgo);
    await give();
    const left = readdirSync(cache);
    assert.ok(!left.includes('runtime-old'));
    assert.ok(left.includes('program-recent') && left.includes('unrelated'));
    assert.ok(existsSync(directory), 'what is used now is not old');
  });

  test('of a large cache what was used longest ago goes, but nothing that may be in use', async () => {
    const { directory } = await give();
    const make = (name: string, days: number) => {
      mkdirSync(join(cache, name));
      writeFileSync(join(cache, name, 'content'), Buffer.alloc(3e6, 'x'));
      writeFileSync(join(cache, name, '.complete'), '');
      const when = new Date(Date.now() - days * 24 * 3600 * 1000);
      utimesSync(join(cache, name, '.complete'), when, when);
    };
    make('program-third', 9);
    make('program-second', 5);
    make('program-first', 3);
    make('program-today', 1);
    writeFileSync(join(sshd.home, '.bashrc'), 'export LOCKSTEP_CACHE_KIB=10000\n');
    await give();
    rmSync(join(sshd.home, '.bashrc'));
    const left = readdirSync(cache).filter((name) => !/-\w{32}$/.test(name));
    for (const name of ['program-today', 'program-first']) assert.ok(left.includes(name), name);
    for (const name of ['program-second', 'program-third', '.removing-program-third'])
      assert.ok(!left.includes(name), name);
    assert.ok(existsSync(directory), 'what is used now stays');
    for (const name of ['program-today', 'program-first']) rmSync(join(cache, name), { recursive: true });
  });

  test('a Node.js that is too old, or none, is told with the exact command', async () => {
    const old = join(sshd.directory, 'old-node');
    writeFileSync(old, '#!/bin/sh\necho v18.19.0\n', { mode: 0o755 });
    const tooOld = await failure(give(files, { node: old }));
    assert.equal(tooOld.code, 'remoteNodeTooOld');
    assert.match(tooOld.message, /is Node\.js 18\.19\.0; Lockstep needs 20 or newer\./);
    const none = await failure(give(files, { node: join(sshd.directory, 'no-node') }));
    assert.equal(none.code, 'remoteNoNode');
    const command = /run: (ssh lab .*) — or/.exec(none.message)?.[1] ?? '';
    assert.match(command, /nodejs\.org\/dist\/v\d+\.\d+\.\d+\/node-v[\d.]+-linux-x64\.tar\.gz/);
    // The command parses as two shells will read it.
    execFileSync('sh', ['-n', '-c', command]);
    execFileSync('sh', ['-c', `ssh() { printf '%s' "$2" | sh -n; }; ${command}`]);
  });

  test('a cache that cannot be written', async () => {
    renameSync(cache, `${cache}.away`);
    writeFileSync(cache, '');
    const error = await failure(give());
    assert.equal(error.code, 'remoteNoAccess');
    assert.ok(error.message.includes(cache), error.message);
    execFileSync('rm', [cache]);
    renameSync(`${cache}.away`, cache);
  });

  test('a home with a hostile name is no more than a home', async () => {
    const home = join(sshd.directory, "it's $(touch x) `touch y`; touch z\nhome");
    mkdirSync(home);
    const port = sshd.port;
    host.dispose();
    await sshd.stop(true);
    sshd = await startSshd({ directory: sshd.directory, port, env: { PATH: '/usr/bin:/bin' } });
    host = await connectHost({ host: 'lab', configFile: sshd.configFile, backend: 'ssh2' }, nothingAsked);
    // A directory that sshd's own configuration could not name is set by the login shell.
    writeFileSync(join(sshd.home, '.bashrc'), `export HOME=${`'${home.replaceAll("'", "'\\''")}'`}\n`);
    const given = await give();
    assert.ok(given.directory.startsWith(`${home}/.cache/lockstep/runtime-`), given.directory);
    assert.equal((await give()).uploadedBytes, 0);
    const { stdout } = await run(host, 'cd; ls -a; cd /; ls -a');
    assert.doesNotMatch(stdout, /^[xyz]$/m);
  });
});

test('a host without Node.js is told so, or served from an archive, once', async () => {
  const sshd = await startSshd({ wrap: hideNode() });
  try {
    const host = await connectHost({ host: 'lab', configFile: sshd.configFile }, nothingAsked);
    const files = makeFiles(join(sshd.directory, 'dist'), 'one');
    assert.equal((await failure(provision(host, files, {}, () => {}))).code, 'remoteNoNode');

    const wrong = join(sshd.directory, 'wrong.tar.gz');
    writeFileSync(wrong, 'no archive');
    const bad = await failure(provision(host, files, { nodeArchive: wrong }, () => {}));
    assert.equal(bad.code, 'badNodeArchive', bad.message);
    const broken = makeArchive(sshd.directory, 'broken', '#!/bin/sh\nexit 1\n');
    const useless = await failure(provision(host, files, { nodeArchive: broken }, () => {}));
    assert.equal(useless.code, 'badNodeArchive', useless.message);

    copyFileSync(process.execPath, join(sshd.directory, 'real'));
    const script = `#!/bin/sh\nexec ${join(sshd.directory, 'real')} "$@"\n`;
    const nodeArchive = makeArchive(sshd.directory, 'good', script);
    const first = await provision(host, files, { nodeArchive }, () => {});
    assert.match(first.node, /\.cache\/lockstep\/node-[0-9a-f]{32}\/node$/);
    assert.equal(first.uploadedBytes, script.length + 602_000);
    assert.equal((await run(host, `${first.node} -p 6*7`)).stdout, '42\n');
    assert.equal((await provision(host, files, { nodeArchive }, () => {})).uploadedBytes, 0);
    host.dispose();
  } finally {
    await sshd.stop();
  }
});

/** An archive as nodejs.org offers it, with this as its executable. */
function makeArchive(directory: string, name: string, executable: string): string {
  const folder = join(directory, name);
  mkdirSync(join(folder, 'node-v22.0.0-linux-x64', 'bin'), { recursive: true });
  writeFileSync(join(folder, 'node-v22.0.0-linux-x64', 'README.md'), 'read me');
  writeFileSync(join(folder, 'node-v22.0.0-linux-x64', 'bin', 'node'), executable, { mode: 0o755 });
  const archive = `${folder}.tar.gz`;
  execFileSync('tar', ['-czf', archive, '-C', folder, 'node-v22.0.0-linux-x64']);
  return archive;
}

/** A runtime and a program as a build makes them, with contents of their own. */
function makeFiles(directory: string, content: string): ProvisionFiles {
  mkdirSync(directory);
  const write = (name: string, bytes: number) => {
    writeFileSync(join(directory, name), Buffer.alloc(bytes, `${name} ${content} `));
    return join(directory, name);
  };
  for (const name of ['node.js', 'agent.js', 'relay.js']) write(name, 200_000);
  const path = write('program.cjs', 1000);
  const mapPath = write('program.cjs.map', 1000);
  return { runtime: directory, bundles: [{ path, mapPath, hash: content, sources: [] }] };
}
