import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { connectHost } from '../../runtime/launch/ssh';
import type { LockstepError } from '../../runtime/protocol/errors';
import { nothingAsked } from './answers';
import { eventually, failure, run } from './commands';
import { startProxy } from './proxy';
import { freePort, type Sshd, startSshd } from './sshd';

for (const backend of ['ssh2', 'system'] as const) {
  describe(`what goes wrong, by ${backend}`, () => {
    let sshd: Sshd;
    before(async () => {
      sshd = await startSshd();
    });
    after(() => sshd.stop());
    const target = () => ({ host: 'lab', configFile: sshd.configFile, backend });

    test('a name that nobody knows', async () => {
      const host = 'no-such-machine.invalid';
      const error = await failure(connectHost({ host, backend }, nothingAsked), host);
      assert.equal(error.code, 'sshUnknownHost');
    });

    test('a port on which nothing listens', async () => {
      const port = await freePort();
      const error = await failure(connectHost({ ...target(), port }, nothingAsked));
      assert.equal(error.code, 'sshUnreachable');
      assert.ok(error.message.includes(String(port)));
    });

    test('a port on which something else listens', async () => {
      const server = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as { port: number };
      const error = await failure(connectHost({ ...target(), port }, nothingAsked));
      assert.equal(error.code, 'sshHandshake');
      server.close();
    });

    test('a key file that is not there', async () => {
      const identityFile = join(sshd.directory, 'no-such-key');
      const error = await failure(connectHost({ ...target(), identityFile }, nothingAsked));
      assert.ok(error.message.includes(identityFile));
    });

    test('a link that is cut: the process ends, the host says so once, later commands say so too', async () => {
      const proxy = await startProxy(sshd.port);
      sshd.configure([`Port ${proxy.port}`, `HostKeyAlias [127.0.0.1]:${sshd.port}`]);
      const host = await connectHost(target(), nothingAsked);
      const lost: LockstepError[] = [];
      host.onClosed((error) => lost.push(error));
      const process = await host.exec('cat');
      process.stdout.resume();
      process.stderr.resume();
      proxy.cut();
      assert.deepEqual((await process.ended).code, null);
      await eventually('the loss', () => lost.length > 0);
      assert.equal((await failure(host.exec('true'))).code, 'sshLinkLost');
      assert.equal((await failure(Promise.reject(lost[0] as LockstepError))).code, 'sshLinkLost');
      assert.equal(lost.length, 1);
      host.dispose();
      proxy.close();
    });

    test('a host that vanishes in the middle of an upload keeps nothing of it', async () => {
      const proxy = await startProxy(sshd.port, 2e6);
      sshd.configure([`Port ${proxy.port}`, `HostKeyAlias [127.0.0.1]:${sshd.port}`]);
      const host = await connectHost(target(), nothingAsked);
      const directory = join(sshd.home, 'cut');
      const files = [0, 1, 2].map((n) => ({ path: `part${n}`, content: Buffer.alloc(2e6, 'x') }));
      const error = await failure(host.upload(directory, files, () => {}));
      assert.ok(['sshLinkLost', 'remoteUploadFailed'].includes(error.code), error.code);
      await eventually('an empty home', () => readdirSync(sshd.home).length === 0);
      host.dispose();
      proxy.close();
    });
  });
}

test('a link that goes silent is noticed within 8 s, by both', async (context) => {
  const sshd = await startSshd();
  const proxy = await startProxy(sshd.port);
  sshd.configure([`Port ${proxy.port}`, `HostKeyAlias [127.0.0.1]:${sshd.port}`]);
  const target = { host: 'lab', configFile: sshd.configFile };
  const hosts = await Promise.all(
    (['ssh2', 'system'] as const).map((backend) => connectHost({ ...target, backend }, nothingAsked)),
  );
  await Promise.all(hosts.map((host) => run(host, 'true')));
  const startMs = performance.now();
  const noticed = hosts.map(async (host) => {
    await failure(new Promise((_, reject) => host.onClosed(reject)));
    return performance.now() - startMs;
  });
  proxy.silence();
  for (const tookMs of await Promise.all(noticed)) {
    context.diagnostic(`noticed after ${(tookMs / 1000).toFixed(1)} s`);
    assert.ok(tookMs <= 8000, `${tookMs} ms`);
  }
  for (const host of hosts) host.dispose();
  proxy.close();
  await sshd.stop();
});
