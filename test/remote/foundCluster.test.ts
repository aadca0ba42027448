/** A cluster that takes the machines it finds: two real SSH servers, each with an agent that announces it. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createLabToken, labTokenFile } from '../../runtime/discovery';
import { root } from '../cluster/leakCheck';
import { assertSucceeded, withCluster } from '../cluster/withCluster';
import { type Sshd, startSshd } from './sshd';

describe('a cluster of machines found on the network', () => {
  let servers: Sshd[] = [];
  let folder: string;
  const agents: ChildProcess[] = [];
  const configHome = process.env['XDG_CONFIG_HOME'];

  const startAgent = async (name: string, ...args: string[]): Promise<void> => {
    const cli = join(root, 'dist', 'cli.js');
    const words = ['agent', '--interface', 'lo', '--name', name, '--ssh-host', name, ...args];
    const child = spawn(process.execPath, [cli, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
    agents.push(child);
    await once(child.stdout, 'data');
  };

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lockstep-found-'));
    process.env['XDG_CONFIG_HOME'] = folder;
    createLabToken(labTokenFile());
    servers = await Promise.all([startSshd(), startSshd()]);
    const [first, second] = servers as [Sshd, Sshd];
    appendFileSync(
      first.configFile,
      `\n${readFileSync(second.configFile, 'utf8').replace('Host lab', 'Host lab2')}`,
    );
    await startAgent('lab', '--label', 'room=101', '--label', 'door=left');
    await startAgent('lab2', '--label', 'room=101');
  });
  after(async () => {
    for (const agent of agents) agent.kill('SIGKILL');
    await Promise.all(servers.map((server) => server.stop()));
    if (configHome === undefined) delete process.env['XDG_CONFIG_HOME'];
    else process.env['XDG_CONFIG_HOME'] = configHome;
    rmSync(folder, { recursive: true });
  });

  const clusterWith = (labels: Record<string, string>) => ({
    type: 'ssh' as const,
    nodes: 4,
    hosts: [],
    configFile: servers[0]?.configFile,
    discover: { labels, interface: 'lo' },
  });

  test('its hosts are the machines with its labels, as they are when the job starts', () =>
    withCluster(
      async (cluster) => {
        for (const [name, hosts] of [
          ['room', ['lab', 'lab', 'lab2', 'lab2']],
          ['left', ['lab', 'lab', 'lab', 'lab']],
        ] as const) {
          const { job, info } = await cluster.run(`log(world.allreduce(1, SUM));`, 4, { cluster: name });
          assertSucceeded({ job, info });
          const snapshots = await cluster.client.request('jobs', {});
          const { nodes = [] } = snapshots.find(({ job: { id } }) => id === info.id) ?? {};
          assert.deepEqual(
            nodes.map(({ host }) => host),
            hosts,
          );
        }
      },
      {
        configuration: {
          clusters: { room: clusterWith({ room: '101' }), left: clusterWith({ room: '101', door: 'left' }) },
        },
      },
    ));

  test('where none has its labels, the error names them, and who is there', () =>
    withCluster(
      async ({ start }) => {
        await assert.rejects(start(`log(1);`, 4, { cluster: 'attic' }), {
          code: 'noMachineFound',
          message:
            /^No machine with room=102 was found on the network\. There: lab \(room=101 door=left\), lab2 \(room=101\)\./,
        });
      },
      { configuration: { clusters: { attic: clusterWith({ room: '102' }) } } },
    ));
});
