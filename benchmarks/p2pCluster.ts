/**
 * `bench p2p --cluster NAME`: messages between nodes on the first two hosts of an SSH cluster. Relayed they cross two SSH
 * connections one way, as bytes do that go to `cat` on a host and come back; direct they cross the network once, as over
 * a plain TLS socket.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findConfigurations, pickCluster } from '../runtime/core/configuration';
import { addressOf, type SshTarget } from '../runtime/launch/ssh';
import { targetOptions } from '../runtime/launch/ssh/sshConfiguration';
import { splitAddress } from '../runtime/launch/directPairs';
import { configurationFileName, type SshCluster, type SshHost } from '../runtime/protocol/configuration';
import { LockstepError } from '../runtime/protocol/errors';
import { lockstepRun, programs } from './command';
import { compare, measure, type P2pCase, wordsOf } from './p2pCases';
import type { Command } from './peers';
import { Trips } from './programs/trips';
import type { Row } from './row';

const runs = 3;

const cases: P2pCase[] = [
  { name: '8 B', call: 'recv', kind: 'bytes', bytes: 8, trips: 200 },
  { name: '1 MiB', call: 'recv', kind: 'bytes', bytes: 1 << 20, trips: 10 },
  { name: '16 MiB', call: 'recv', kind: 'bytes', bytes: 16 << 20, trips: 2 },
];

/** A message is handed on so often, and each time somebody has to be woken: that is what a small relayed one costs. */
const notes = {
  relayed:
    'relayed: one way crosses two SSH connections, and is handed on 6 times (program, relay, sshd, coordinator, sshd, relay, program), three times by Node.js; an echo crosses one twice, and is handed on 6 times, by C programs.',
  direct:
    'direct: one way crosses one sealed connection, from program to program; so does a plain socket, and its program cannot block in a call.',
};

/** Relayed beside `ssh HOST cat`, direct beside TLS between the same two machines; all take turns. */
export async function benchP2pCluster(name: string): Promise<Row[]> {
  const { cluster, hosts } = findHosts(name);
  const [first, second] = hosts;
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-bench-'));
  const over = (peerLinks: 'relayed' | 'direct') => ({
    ...cluster,
    nodes: 2,
    localNodes: 0,
    hosts: hosts.map((host) => ({ ...host, nodes: 1 })),
    peerLinks,
  });
  const clusters = { relayed: over('relayed'), direct: over('direct') };
  writeFileSync(join(folder, configurationFileName), JSON.stringify({ clusters }));
  const run = (way: keyof typeof clusters, program: string, ...args: string[]) => {
    const options = ['--nodes', '2', '--cluster', way, '--json', '--'];
    const command: Command = [
      ...lockstepRun(join(programs, program), ...options),
      ...args,
      ...wordsOf(cases),
    ];
    return measure(command, 'No direct link', folder);
  };
  const { configFile } = cluster;
  const { address } = splitAddress(second.address ?? (await addressOf({ ...second, configFile })), 0);
  const results = {
    relayed: [] as number[][],
    echo: [] as number[][],
    direct: [] as number[][],
    tls: [] as number[][],
  };
  try {
    for (let turn = 0; turn < runs; turn += 1) {
      results.relayed.push(await run('relayed', 'p2p.ts'));
      results.echo.push(await measureEcho({ ...first, configFile }));
      results.direct.push(await run('direct', 'p2p.ts'));
      results.tls.push(await run('relayed', 'plainSocket.ts', `tls:${address}`));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  const { relayed, echo, direct, tls } = results;
  return cases.flatMap((each, index) => [
    compare(
      each,
      'relayed, one way',
      index,
      relayed,
      `ssh ${first.host} cat, there and back`,
      echo,
      notes.relayed,
    ),
    compare(each, 'direct, one way', index, direct, 'plain TLS socket, Node.js', tls, notes.direct),
  ]);
}

function findHosts(wanted: string): { cluster: SshCluster; hosts: [SshHost, SshHost] } {
  const { name, cluster } = pickCluster(findConfigurations(process.cwd(), process.cwd()), wanted);
  const hosts = cluster.type === 'ssh' ? cluster.hosts : [];
  const [first, second] = hosts ?? [];
  if (cluster.type === 'ssh' && first && second) return { cluster, hosts: [first, second] };
  throw new LockstepError('badArgument', {
    name: '--cluster',
    value: `"${name}"`,
    expected: 'a cluster of type "ssh" with two hosts',
    next: 'Name two machines in lockstep.json.',
  });
}

/** Microseconds to a host and back through `ssh`, by case. */
async function measureEcho(target: SshTarget): Promise<number[]> {
  const options = [...targetOptions(target), '-T', '-o', 'BatchMode=yes'];
  const child = spawn('ssh', [...options, '--', target.host, 'cat'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<never>((_, reject) => {
    child.on('error', reject);
    child.on('close', (code) => reject(new Error(`ssh ${target.host} cat ended with ${code}`)));
  });
  ended.catch(() => undefined); // it is ended below
  const stream = new Trips(child.stdout, child.stdin);
  const results: number[] = [];
  for (const { bytes, trips } of cases) {
    const batchMs = await Promise.race([stream.measure(bytes, trips), ended]);
    results.push((Math.min(...batchMs) * 1000) / trips);
  }
  child.stdin.end();
  return results;
}
