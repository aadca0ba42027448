import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { RemoteHost } from '../../runtime/launch/remote';
import { connectHost } from '../../runtime/launch/ssh';
import { nothingAsked } from './answers';
import { eventually, failure, processesWith, run } from './commands';
import { mountSmall, unmount } from './smallDisk';
import { type Sshd, startSshd } from './sshd';

for (const backend of ['ssh2', 'system'] as const) {
  describe(`a host by ${backend}`, () => {
    let sshd: Sshd;
    let host: RemoteHost;
    before(async () => {
      sshd = await startSshd();
      // A login shell that greets, as many do.
      writeFileSync(join(sshd.home, '.bashrc'), 'echo Welcome to the lab; echo "mind the gap" >&2\n');
      host = await connectHost({ host: 'lab', configFile: sshd.configFile, backend }, nothingAsked);
    });
    after(async () => {
      host.dispose();
      await sshd.stop();
    });

    test('a command has its own streams and exit code; what the login shell greets with is not among them', async () => {
      const { stdout, code } = await run(host, 'cat; echo $HOME; echo oops >&2; exit 7', 'from here\n');
      assert.equal(stdout, `from here\n${sshd.home}\n`);
      assert.equal(code, 7);
    });

    test('a command may be longer than a command line, and has its input after it', async () => {
      const command = `printf %s ${'x'.repeat(300_000)} | wc -c; cat; exit 4`;
      const { stdout, code } = await run(host, command, 'from here\n');
      assert.equal(stdout.trimStart(), '300000\nfrom here\n');
      assert.equal(code, 4);
    });

    test('a command without output ends as others do, every time', async () => {
      for (let round = 0; round < 20; round++) assert.deepEqual((await run(host, 'exit 3')).code, 3);
    });

    test('all commands share one connection', async () => {
      const before = (sshd.log().match(/^Accepted publickey/gm) ?? []).length;
      await Promise.all([1, 2, 3, 4].map((n) => run(host, `echo ${n}`)));
      assert.equal((sshd.log().match(/^Accepted publickey/gm) ?? []).length, before);
      assert.equal(before, 1);
    });

    test('20 MB there and back are the same bytes', async () => {
      const sent = Buffer.alloc(20e6, 'Lockstep');
      const process = await host.exec('cat');
      process.stderr.resume();
      process.stdin.end(sent);
      const hash = createHash('sha256');
      for await (const chunk of process.stdout) hash.update(chunk as Buffer);
      assert.equal(hash.digest('hex'), createHash('sha256').update(sent).digest('hex'));
      assert.equal((await process.ended).code, 0);
    });

    test('a process that is killed sees the end of its input', async () => {
      const process = await host.exec('cat; echo ended > "$HOME/ended"');
      process.kill();
      await process.ended;
      await eventually('the end of the input', () => readdirSync(sshd.home).includes('ended'));
    });

    test('a login shell that runs nothing is an error in its own words', async () => {
      const profile = join(sshd.home, '.bashrc');
      const before = readFileSync(profile);
      writeFileSync(profile, 'echo "This account is currently not available."; exit 1\n');
      const error = await failure(host.exec('true'));
      writeFileSync(profile, before);
      assert.equal(error.code, 'sshNoCommand');
      assert.match(error.message, /This account is currently not available\. Check /);
    });

    test('files arrive whole, private, at once, with their modes', async () => {
      const directory = join(sshd.home, "it's $(touch x) `touch y`", 'new\nline');
      const big = Buffer.alloc(3e6, 'abc');
      const local = join(sshd.directory, 'local file');
      writeFileSync(local, 'local');
      let sent = 0;
      await host.upload(
        directory,
        [
          { path: 'a b/ü $HOME.js', content: Buffer.from('small') },
          { path: 'big', content: big, executable: true },
          { path: 'local', content: local },
          { path: 'empty', content: Buffer.alloc(0) },
        ],
        (bytes) => (sent += bytes),
      );
      assert.equal(sent, 3e6 + 10);
      assert.deepEqual(readdirSync(directory).sort(), ['a b', 'big', 'empty', 'local']);
      assert.ok(readFileSync(join(directory, 'big')).equals(big));
      assert.equal(readFileSync(join(directory, 'a b/ü $HOME.js'), 'utf8'), 'small');
      assert.equal(readFileSync(join(directory, 'local'), 'utf8'), 'local');
      assert.equal(statSync(directory).mode & 0o777, 0o700);
      assert.equal(statSync(join(directory, 'big')).mode & 0o777, 0o700);
      assert.equal(statSync(join(directory, 'local')).mode & 0o777, 0o600);
      assert.deepEqual(
        readdirSync(sshd.home).filter((name) => name === 'x' || name === 'y'),
        [],
      );
    });

    test('files with hostile names arrive under these names, and nothing runs', async () => {
      const parts = [
        "'",
        '"',
        '`touch x`',
        '$(touch x)',
        ';touch x;',
        '\n',
        '\\',
        '*',
        '-rf',
        ' ',
        '~',
        '#',
        '&',
        'ü',
        '%s',
      ];
      const names = parts.flatMap((a, at) => [a, `${a}${parts[(at * 7 + 3) % parts.length]}${a}`]);
      const directory = join(sshd.home, 'hostile');
      const files = names.map((path) => ({ path, content: Buffer.from(path) }));
      await host.upload(directory, files, () => {});
      assert.deepEqual(readdirSync(directory).sort(), [...names].sort());
      for (const name of names) assert.equal(readFileSync(join(directory, name), 'utf8'), name);
      const { stdout } = await run(host, 'ls "$HOME" "$PWD" /');
      assert.doesNotMatch(stdout, /^x$/m);
    });

    test('a path that leads out of the directory is refused', async () => {
      for (const path of ['../x', '/x', 'a//b', 'a/../../x', '.', ''])
        await assert.rejects(
          host.upload(sshd.home, [{ path, content: Buffer.from('x') }], () => {}),
          TypeError,
        );
    });

    test('a full disk, and a directory that cannot be written, are said so and leave nothing', async () => {
      // Root writes where it wants; a file in the way stops it as well.
      const blocked = join(sshd.home, 'blocked');
      writeFileSync(blocked, '');
      const noAccess = await failure(
        host.upload(join(blocked, 'sub'), [{ path: 'x', content: Buffer.from('x') }], () => {}),
      );
      assert.equal(noAccess.code, 'remoteNoAccess');
      const small = join(sshd.home, 'small');
      mkdirSync(small);
      mountSmall(small, 1024);
      const content = Buffer.alloc(4e6, 'x');
      const full = await failure(host.upload(join(small, 'd'), [{ path: 'x', content }], () => {}));
      assert.equal(full.code, 'remoteDiskFull');
      assert.deepEqual(readdirSync(small), []);
      unmount(small);
    });
  });

  test(`after dispose by ${backend} nothing of the connection is left here`, async () => {
    const sshd = await startSshd();
    const before = process.env['XDG_RUNTIME_DIR'];
    process.env['XDG_RUNTIME_DIR'] = sshd.home;
    try {
      const host = await connectHost({ host: 'lab', configFile: sshd.configFile, backend }, nothingAsked);
      await run(host, 'true');
      assert.equal(readdirSync(sshd.home).length, backend === 'system' ? 1 : 0);
      host.dispose();
      host.dispose();
      await assert.rejects(host.exec('true'), { code: 'sshLinkLost' });
      await eventually('no process', () => processesWith(sshd.configFile).length === 0);
      await eventually('no directory', () => readdirSync(sshd.home).length === 0);
    } finally {
      if (before === undefined) delete process.env['XDG_RUNTIME_DIR'];
      else process.env['XDG_RUNTIME_DIR'] = before;
      await sshd.stop();
    }
  });
}
