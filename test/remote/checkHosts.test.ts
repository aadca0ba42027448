/** Whether machines can be used, asked before a cluster is saved. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { SshCluster } from '../../runtime/protocol/configuration';
import { withCluster } from '../cluster/withCluster';
import { eventually, processesWith } from './commands';
import { hideNode } from './hideNode';
import { freePort, startSshd } from './sshd';

test('each machine is judged by itself: usable, out of reach, without Node.js, of an unknown key', async (context) => {
  const servers = await Promise.all([startSshd(), startSshd({ wrap: hideNode() }), startSshd()]);
  context.after(() => Promise.all(servers.map((sshd) => sshd.stop())));
  const [good, , stranger] = servers;
  writeFileSync(stranger.knownHosts, '');
  const configFile = join(good.directory, 'all');
  const blocks = servers.map(({ configFile: file }, index) =>
    readFileSync(file, 'utf8').replace('Host lab', `Host lab-${index}`),
  );
  const away = (blocks[0] as string)
    .replace('Host lab-0', 'Host away')
    .replace(/Port \d+/, `Port ${await freePort()}`);
  writeFileSync(configFile, [...blocks, away].join('\n'));
  const hosts = ['lab-0', 'away', 'lab-1', 'lab-2'].map((host) => ({ host }));
  const cluster: SshCluster = { type: 'ssh', nodes: 8, configFile, hosts };

  await withCluster(async ({ client, recording }) => {
    const checks = await client.request('checkHosts', { name: 'lab', cluster });
    assert.deepEqual(
      checks.map(({ host, error }) => [host, error?.code]),
      [
        ['lab-0', undefined],
        ['away', 'sshUnreachable'],
        ['lab-1', 'remoteNoNode'],
        ['lab-2', 'sshHostKeyUnknown'],
      ],
    );
    for (const { host, error, facts } of checks) {
      if (error) assert.match(error.message, new RegExp(`^${host}: [^\\n]+$`));
      else assert.equal(facts?.nodeVersion, process.versions.node);
    }
    const told = (name: string) =>
      recording.events.flatMap(({ event }) =>
        event.type === 'hostChanged' && event.host.name === name ? [event.host.state] : [],
      );
    for (const { host } of checks) {
      await recording.until(`the end of ${host}`, () => told(host).at(-1) === 'closed');
      assert.equal(told(host)[0], 'connecting');
    }
    // The runtime is there from now on; nothing runs, and nothing came where Node.js is missing or nobody was let in.
    const entries = servers.map(({ home }) => readdirSync(home, { recursive: true }).map(String));
    assert.deepEqual(
      entries.map((names) => names.some((name) => name.endsWith('relay.js'))),
      [true, false, false],
    );
    for (const { home } of servers) await eventually('no process', () => processesWith(home).length === 0);
  });
});
