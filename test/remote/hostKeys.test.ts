import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFileSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { connectHost } from '../../runtime/launch/ssh';
import { answers, nothingAsked } from './answers';
import { failure } from './commands';
import { makeKey, type Sshd, startSshd } from './sshd';

for (const backend of ['ssh2', 'system'] as const) {
  describe(`the key of a host, by ${backend}`, () => {
    let sshd: Sshd;
    let name: string;
    before(async () => {
      sshd = await startSshd({ keyTypes: ['rsa', 'ecdsa', 'ed25519'] });
      name = `[127.0.0.1]:${sshd.port}`;
      makeKey(join(sshd.directory, 'other'));
    });
    after(() => sshd.stop());
    beforeEach(() => {
      sshd.configure([]);
      rmSync(sshd.knownHosts, { force: true });
    });
    const target = () => ({ host: 'lab', configFile: sshd.configFile, backend });
    const otherKey = () =>
      readFileSync(join(sshd.directory, 'other.pub'), 'utf8').split(' ').slice(0, 2).join(' ');
    /** How often anybody tried to be let in. */
    const attempts = () => (sshd.log().match(/^(Accepted|Failed|Postponed) \w+ for|userauth/gm) ?? []).length;

    test('unknown: asked for with the fingerprint that ssh-keygen prints, then kept', async () => {
      const asked = answers(true);
      (await connectHost(target(), asked)).dispose();
      const [question] = asked.keys;
      assert.ok(question);
      const type = question.keyType.toLowerCase();
      const shown = execFileSync('ssh-keygen', [
        '-l',
        '-f',
        join(sshd.directory, `host_${type}.pub`),
      ]).toString();
      assert.equal(shown.split(' ')[1], question.fingerprint);
      assert.deepEqual([question.host, question.address, question.port], ['lab', '127.0.0.1', sshd.port]);
      assert.equal(readFileSync(sshd.knownHosts, 'utf8'), `${name} ${sshd.publicKey(type)}\n`);
      assert.equal(statSync(sshd.knownHosts).mode & 0o077 & 0o033, 0);
      (await connectHost(target(), nothingAsked)).dispose();
    });

    test('unknown and declined: refused before anybody tries to be let in, nothing kept', async () => {
      const before = attempts();
      const error = await failure(connectHost(target(), answers(false)));
      assert.equal(error.code, 'sshHostKeyUnknown');
      assert.match(error.message, /SHA256:/);
      assert.equal(attempts(), before);
      assert.throws(() => statSync(sshd.knownHosts));
    });

    test('unknown where unknown keys are not to be asked about', async () => {
      sshd.configure(['StrictHostKeyChecking yes']);
      assert.equal((await failure(connectHost(target(), nothingAsked))).code, 'sshHostKeyUnknown');
      sshd.configure(['StrictHostKeyChecking no']);
      (await connectHost(target(), nothingAsked)).dispose();
      assert.match(readFileSync(sshd.knownHosts, 'utf8'), /ssh-|ecdsa-/);
    });

    test('accepted with HashKnownHosts: kept under a hash, the file without a last newline whole', async () => {
      // OpenSSH 9.2 would write on the same line.
      const end = backend === 'system' ? '\n' : '';
      writeFileSync(sshd.knownHosts, `other.example ${otherKey()}${end}`);
      sshd.configure(['HashKnownHosts yes']);
      (await connectHost(target(), answers(true))).dispose();
      const [first, second] = readFileSync(sshd.knownHosts, 'utf8').split('\n');
      assert.equal(first, `other.example ${otherKey()}`);
      assert.match(second ?? '', /^\|1\|/);
      (await connectHost(target(), nothingAsked)).dispose();
      const found = execFileSync('ssh-keygen', ['-F', name, '-f', sshd.knownHosts]).toString();
      assert.match(found, /found: line 2/);
    });

    test('known of any one type: that type is asked of the host', async () => {
      for (const type of ['rsa', 'ecdsa', 'ed25519']) {
        writeFileSync(sshd.knownHosts, `# lab\n${name} ${sshd.publicKey(type)}\n`);
        (await connectHost(target(), nothingAsked)).dispose();
      }
    });

    test('known under a wildcard, but not under a negated one', async () => {
      writeFileSync(sshd.knownHosts, `[127.0.0.*]:* ${sshd.publicKey('ed25519')}\n`);
      (await connectHost(target(), nothingAsked)).dispose();
      writeFileSync(sshd.knownHosts, `[127.0.0.*]:*,!${name} ${sshd.publicKey('ed25519')}\n`);
      assert.equal((await failure(connectHost(target(), answers(false)))).code, 'sshHostKeyUnknown');
    });

    test('changed: refused before anybody tries to be let in, with file and line', async () => {
      const before = attempts();
      writeFileSync(sshd.knownHosts, `# lab\n\n${name} ${otherKey()}\n`);
      const error = await failure(connectHost(target(), answers(true)));
      assert.equal(error.code, 'sshHostKeyChanged');
      assert.ok(error.message.includes(`${sshd.knownHosts} line 3`), error.message);
      assert.match(error.message, /SHA256:/);
      assert.equal(attempts(), before);
    });

    test('changed is refused even where checking is off', async () => {
      sshd.configure(['StrictHostKeyChecking no']);
      writeFileSync(sshd.knownHosts, `${name} ${otherKey()}\n`);
      assert.equal((await failure(connectHost(target(), answers(true)))).code, 'sshHostKeyChanged');
    });

    test('revoked: refused before anybody tries to be let in, though another line knows it', async () => {
      const before = attempts();
      for (const type of ['rsa', 'ecdsa', 'ed25519'])
        appendFileSync(
          sshd.knownHosts,
          `${name} ${sshd.publicKey(type)}\n@revoked * ${sshd.publicKey(type)}\n`,
        );
      const error = await failure(connectHost(target(), answers(true)));
      assert.equal(error.code, 'sshHostKeyRevoked');
      assert.match(error.message, /known_hosts line \d/);
      assert.equal(attempts(), before);
    });

    test('an authority that happens to be the key itself does not vouch for it', async () => {
      writeFileSync(sshd.knownHosts, `@cert-authority * ${sshd.publicKey('ed25519')}\n`);
      assert.equal((await failure(connectHost(target(), answers(false)))).code, 'sshHostKeyUnknown');
    });

    test('an alias for keys is what a host is known by', async () => {
      sshd.configure(['HostKeyAlias lab-gpu']);
      writeFileSync(sshd.knownHosts, `lab-gpu ${sshd.publicKey('ed25519')}\n`);
      (await connectHost(target(), nothingAsked)).dispose();
    });
  });
}

test('a certificate of a host is checked by the system, which is picked for it', async () => {
  const sshd = await startSshd();
  try {
    const authority = makeKey(join(sshd.directory, 'authority'));
    const key = join(sshd.directory, 'host_ed25519.pub');
    execFileSync('ssh-keygen', ['-q', '-s', authority, '-h', '-I', 'lab', '-n', '127.0.0.1', key]);
    const port = sshd.port;
    await sshd.stop(true);
    const config = [`HostCertificate ${join(sshd.directory, 'host_ed25519-cert.pub')}`];
    const certified = await startSshd({ directory: sshd.directory, port, config });
    try {
      const publicKey = readFileSync(`${authority}.pub`, 'utf8');
      writeFileSync(certified.knownHosts, `@cert-authority [127.0.0.1]:${port} ${publicKey}`);
      (await connectHost({ host: 'lab', configFile: certified.configFile }, nothingAsked)).dispose();
    } finally {
      await certified.stop(true);
    }
  } finally {
    await sshd.stop();
  }
});
