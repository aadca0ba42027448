import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { connectHost } from '../../runtime/launch/ssh';
import { answers, nothingAsked } from './answers';
import { failure, run } from './commands';
import { freePort, makeKey, type Sshd, startSshd } from './sshd';
import { makeUser, type ThrowAwayUser } from './throwAwayUser';

for (const backend of ['ssh2', 'system'] as const) {
  describe(`letting a user in, by ${backend}`, () => {
    let sshd: Sshd;
    before(async () => {
      sshd = await startSshd({ keyTypes: ['ed25519'] });
    });
    after(() => sshd.stop());
    const target = () => ({ host: 'lab', configFile: sshd.configFile, backend });
    const configureKey = (path: string, ...lines: string[]) =>
      sshd.configure([`IdentityFile "${path}"`, 'IdentitiesOnly yes', ...lines]);
    /** The configuration without the key that the server accepts. */
    function onlyKey(path: string): void {
      sshd.configure([]);
      const text = readFileSync(sshd.configFile, 'utf8').replace(
        /^IdentityFile .*$/m,
        `IdentityFile "${path}"`,
      );
      writeFileSync(sshd.configFile, text);
    }

    for (const type of backend === 'ssh2' ? ['ed25519', 'ecdsa', 'rsa'] : ['ed25519']) {
      test(`a key of type ${type} with a passphrase: asked for once the host accepts the key`, async () => {
        const key = makeKey(join(sshd.directory, `locked ${type}`), type, 'pass phräse');
        appendFileSync(join(sshd.directory, 'authorized_keys'), readFileSync(`${key}.pub`));
        onlyKey(key);
        const asked = answers(false, 'wrong', 'pass phräse');
        (await connectHost(target(), asked)).dispose();
        assert.deepEqual(
          asked.secrets.map(({ kind }) => kind),
          ['passphrase', 'passphrase'],
        );
        assert.ok(asked.secrets[0]?.prompt.includes(key));
        assert.match(asked.secrets[1]?.prompt ?? '', /wrong/);
        if (backend === 'ssh2') (await connectHost(target(), nothingAsked)).dispose();
      });
    }

    test('a key that the host does not know is refused, and named', async () => {
      onlyKey(makeKey(join(sshd.directory, 'stranger')));
      const error = await failure(connectHost(target(), nothingAsked));
      assert.equal(error.code, 'sshNotAuthenticated');
      assert.match(error.message, /publickey/);
      if (backend === 'ssh2') assert.match(error.message, /refused the key stranger/);
    });

    test('a key with a passphrase that the host does not know is not unlocked in vain', async () => {
      onlyKey(makeKey(join(sshd.directory, 'stranger2'), 'ed25519', 'secret'));
      assert.equal((await failure(connectHost(target(), nothingAsked))).code, 'sshNotAuthenticated');
    });

    test('no passphrase is no way in', async () => {
      const key = makeKey(join(sshd.directory, 'locked'), 'ed25519', 'secret');
      appendFileSync(join(sshd.directory, 'authorized_keys'), readFileSync(`${key}.pub`));
      onlyKey(key);
      assert.equal((await failure(connectHost(target(), answers(false, undefined)))).code, 'sshCancelled');
    });

    test('the key of an agent', async () => {
      const socket = join(sshd.directory, `agent-${backend}`);
      const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
      try {
        for (let wait = 0; !existsSync(socket) && wait < 200; wait++)
          await new Promise((done) => setTimeout(done, 10));
        const key = makeKey(join(sshd.directory, `of-agent-${backend}`));
        appendFileSync(join(sshd.directory, 'authorized_keys'), readFileSync(`${key}.pub`));
        execFileSync('ssh-add', ['-q', key], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
        execFileSync('rm', [key]);
        configureKey('/nowhere', `IdentityAgent "${socket}"`, 'IdentitiesOnly no');
        const config = readFileSync(sshd.configFile, 'utf8').replaceAll(
          /^(IdentityFile|IdentitiesOnly yes).*\n/gm,
          '',
        );
        writeFileSync(sshd.configFile, config);
        (await connectHost(target(), nothingAsked)).dispose();
      } finally {
        agent.kill();
      }
    });

    test('an attempt can be cancelled, also while a person is being asked', async () => {
      const key = makeKey(join(sshd.directory, 'asked'), 'ed25519', 'secret');
      appendFileSync(join(sshd.directory, 'authorized_keys'), readFileSync(`${key}.pub`));
      onlyKey(key);
      const controller = new AbortController();
      const asking = {
        ...nothingAsked,
        secret: () => {
          controller.abort();
          return new Promise<undefined>(() => {});
        },
      };
      assert.equal((await failure(connectHost(target(), asking, controller.signal))).code, 'sshCancelled');
      const over = AbortSignal.abort();
      assert.equal((await failure(connectHost(target(), nothingAsked, over))).code, 'sshCancelled');
    });

    test('two jump hosts, each with a key of its own, lead to the host', async () => {
      const [gate, deep] = [await startSshd(), await startSshd()];
      try {
        sshd.configure(['ProxyJump gate,deep']);
        for (const [alias, server] of [
          ['gate', gate],
          ['deep', deep],
        ] as const) {
          appendFileSync(
            sshd.configFile,
            readFileSync(server.configFile, 'utf8').replace('Host lab', `Host ${alias}`),
          );
        }
        const host = await connectHost(target(), nothingAsked);
        assert.equal((await run(host, 'echo $HOME')).stdout, `${sshd.home}\n`);
        assert.match(gate.log(), /^Accepted publickey/m);
        assert.match(deep.log(), /^Accepted publickey/m);
        const lost = new Promise<string>((resolve) => host.onClosed((error) => resolve(error.message)));
        await gate.stop();
        assert.match(await lost, /^lab: the SSH connection was lost/);
        host.dispose();
      } finally {
        await Promise.all([gate.stop(), deep.stop()]);
      }
    });

    test('a jump host that cannot reach the host is named', async () => {
      const gate = await startSshd();
      try {
        const port = await freePort();
        sshd.configure(['ProxyJump gate', `Port ${port}`]);
        appendFileSync(
          sshd.configFile,
          readFileSync(gate.configFile, 'utf8').replace('Host lab', 'Host gate'),
        );
        const error = await failure(connectHost(target(), nothingAsked));
        if (backend === 'ssh2') {
          assert.equal(error.code, 'sshUnreachable');
          assert.match(error.message, /jump host gate/);
        }
      } finally {
        await gate.stop();
      }
    });
  });

  describe(`passwords, by ${backend}`, () => {
    let user: ThrowAwayUser;
    before(() => {
      user = makeUser();
    });
    after(() => user.remove());

    for (const [kind, config] of [
      ['password', ['PasswordAuthentication yes', 'UsePAM no']],
      ['keyboard-interactive', ['KbdInteractiveAuthentication yes', 'UsePAM yes']],
    ] as const) {
      test(`${kind}: asked for, again when it was wrong, and refused in the end`, async () => {
        mkdirSync('/run/sshd', { recursive: true });
        const sshd = await startSshd({ config: [...config, 'PubkeyAuthentication no'] });
        try {
          sshd.configure([`User ${user.name}`, 'NumberOfPasswordPrompts 2']);
          const target = { host: 'lab', configFile: sshd.configFile, backend };
          const asked = answers(false, 'wrong', user.password);
          const host = await connectHost(target, asked);
          assert.equal((await run(host, 'id -un')).stdout, `${user.name}\n`);
          host.dispose();
          assert.deepEqual(
            asked.secrets.map((question) => [question.kind, question.echo, question.host]),
            [
              [kind, false, 'lab'],
              [kind, false, 'lab'],
            ],
          );
          // PAM lets one wait for seconds after a wrong password.
          if (kind === 'password') {
            const refused = answers(false, 'wrong', 'wrong');
            const error = await failure(connectHost(target, refused));
            assert.equal(error.code, 'sshNotAuthenticated');
            assert.equal(refused.secrets.length, 2);
            assert.ok(!error.message.includes(user.password));
          }
          assert.equal((await failure(connectHost(target, answers(false, undefined)))).code, 'sshCancelled');
        } finally {
          await sshd.stop();
        }
      });
    }

    test('a key and then a password, where the host wants both', async () => {
      const sshd = await startSshd({
        config: ['PasswordAuthentication yes', 'AuthenticationMethods publickey,password'],
      });
      try {
        sshd.configure([`User ${user.name}`]);
        const target = { host: 'lab', configFile: sshd.configFile, backend };
        (await connectHost(target, answers(false, user.password))).dispose();
        const error = await failure(connectHost(target, answers(false, 'wrong', 'wrong', 'wrong')));
        assert.equal(error.code, 'sshNotAuthenticated');
        assert.match(error.message, /password/);
      } finally {
        await sshd.stop();
      }
    });
  });
}
