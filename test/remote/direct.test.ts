/** Direct links between machines: two real SSH servers, and the relays behind them. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { appendFileSync, readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { assertSucceeded, type Cluster, withCluster } from '../cluster/withCluster';
import { measured } from '../cluster/measured';
import { root } from '../samples/runSample';
import { eventually } from './commands';
import { type Proxy, startProxy } from './proxy';
import { freePort, type Sshd, startSshd } from './sshd';
import { socketMagic, tokenBytes } from '../../runtime/transport/tlsLink';

/** Settings of one host in `lockstep.json`. */
interface HostSettings {
  address?: string;
  directPorts?: [number, number];
}

const onLab = { cluster: 'lab' };
const mebibyte = 1 << 20;

/** Node 0 and 1 live on the first machine, 2 and 3 on the second: 16 MiB go from each to its opposite. */
const exchange = `const data = new Uint8Array(16 << 20).fill(world.rank);
  const other = (world.rank + 2) % 4;
  const got = world.sendrecv(data, other, 1, other, 1);
  if (got.length !== data.length || got[got.length - 1] !== other) throw new Error('wrong bytes');`;

describe('direct links between two machines', () => {
  let first: Sshd;
  let second: Sshd;
  let ways: Proxy[];

  before(async () => {
    [first, second] = await Promise.all([startSshd(), startSshd()]);
    ways = await Promise.all([startProxy(first.port), startProxy(second.port)]);
    for (const [index, sshd] of [first, second].entries()) {
      sshd.configure([`Port ${ways[index]?.port}`, `HostKeyAlias [127.0.0.1]:${sshd.port}`]);
    }
    const other = readFileSync(second.configFile, 'utf8').replace('Host lab', 'Host lab2');
    appendFileSync(first.configFile, `\n${other}`);
  });
  after(async () => {
    for (const way of ways) way.close();
    await Promise.all([first.stop(), second.stop()]);
  });

  const withLab = (
    body: (cluster: Cluster) => Promise<void>,
    hosts: [HostSettings, HostSettings] = [{}, {}],
    peerLinks: 'direct' | 'relayed' = 'direct',
  ) =>
    withCluster(body, {
      configuration: {
        clusters: {
          lab: {
            type: 'ssh',
            nodes: 4,
            peerLinks,
            configFile: first.configFile,
            hosts: [
              { host: 'lab', ...hosts[0] },
              { host: 'lab2', ...hosts[1] },
            ],
          },
        },
      },
    });
  /** Bytes that both SSH connections have carried. */
  const carried = () => ways.reduce((sum, way) => sum + way.passed(), 0);
  const notices = async ({ client }: Cluster, job: string) => {
    const lines = await client.request('output', { job });
    return lines.filter(({ stream }) => stream === 'lockstep').map(({ text }) => text);
  };

  test('the flights rank as they do on one machine', () =>
    withLab(async (cluster) => {
      const program = join(root, 'samples', '02-flights', 'pagerank.ts');
      const outputs: string[] = [];
      for (const options of [onLab, { cluster: undefined }]) {
        const { job, info } = await cluster.run(program, 4, options);
        assertSucceeded({ job, info });
        const lines = await cluster.client.request('output', { job: info.id, rank: 0 });
        outputs.push(lines.map(({ text }) => text).join('\n'));
      }
      assert.match(outputs[0] ?? '', /1\. ATL/);
      assert.equal(outputs[0], outputs[1]);
    }));

  for (const way of ['direct', 'relayed'] as const) {
    test(`${way}: 64 MiB of messages ${way === 'direct' ? 'pass by' : 'go through'} the coordinator`, () =>
      withLab(
        async (cluster) => {
          assertSucceeded(await cluster.run(`log(world.allreduce(1, SUM));`, 4, onLab));
          const before = carried();
          const { job, info } = await cluster.run(exchange, 4, onLab);
          assertSucceeded({ job, info });
          const bytes = carried() - before;
          measured(`${way}: ${(bytes / mebibyte).toFixed(2)} MiB over SSH`);
          if (way === 'direct') assert.ok(bytes < mebibyte, `${bytes} bytes over SSH`);
          else assert.ok(bytes > 128 * mebibyte, `${bytes} bytes over SSH`);
          assert.deepEqual(await notices(cluster, info.id), []);
        },
        [{}, {}],
        way,
      ));
  }

  test('strangers are closed, whatever they say, and keep nobody out', async () => {
    const port = await freePort();
    await withLab(
      async ({ start }) => {
        const job = await start(
          `for (let i = 0; i < 40; i++) {
             if (world.allreduce(i, SUM) !== i * world.size) throw new Error('wrong sum');
             const until = Date.now() + 50; while (Date.now() < until);
           }`,
          4,
          onLab,
        );
        await job.state(3, 'running');
        const dial = () => connect(port, '127.0.0.1').on('error', () => undefined);
        const tries: Promise<boolean>[] = [];
        for (let i = 0; i < 100; i += 1) {
          const noisy = dial();
          noisy.end(randomBytes(1 + i * 7));
          const [claiming, hesitant] = [dial(), dial()];
          claiming.write(Buffer.concat([socketMagic, randomBytes(tokenBytes), randomBytes(i)]));
          hesitant.write(Buffer.concat([socketMagic, randomBytes(i % tokenBytes)]));
          tries.push(answered(dial()), answered(noisy), proves(port, 'wrong name'), proves(port, ''));
          tries.push(answered(claiming), answered(hesitant));
        }
        const inside = (await Promise.all(tries)).filter(Boolean).length;
        measured(`${tries.length} strangers, ${inside} let in`);
        assert.equal(inside, 0);
        assertSucceeded({ job, info: await job.ended() });
      },
      [{ directPorts: [port, port] }, {}],
    );
  });

  test('a link that is cut again and again loses nothing', () =>
    throughProxies(async (cluster, proxies) => {
      let cuts = 0;
      const cutting = setInterval(() => {
        cuts += 1;
        for (const proxy of proxies) proxy.cut();
      }, 400);
      try {
        const job = await cluster.start(`for (let i = 0; i < 8; i++) { ${exchange} }`, 4, onLab);
        const info = await job.ended();
        assertSucceeded({ job, info });
        assert.deepEqual(await notices(cluster, info.id), []);
      } finally {
        clearInterval(cutting);
      }
      const passed = proxies.reduce((sum, proxy) => sum + proxy.passed(), 0);
      measured(`${cuts} cuts, ${(passed / mebibyte).toFixed(0)} MiB over the direct link`);
      assert.ok(cuts > 1 && passed > 256 * mebibyte, `${cuts} cuts, ${passed} bytes`);
    }));

  test('a link that stays away ends the job, and names both machines', () =>
    throughProxies(async (cluster, proxies) => {
      const job = await cluster.start(`for (;;) world.barrier();`, 4, onLab);
      await job.state(3, 'running');
      await eventually('messages pass', () => proxies.some((proxy) => proxy.passed() > 10_000));
      for (const proxy of proxies) proxy.close();
      const info = await job.ended();
      assert.equal(info.state, 'failed');
      assert.match(info.failure?.error.message ?? '', /lab and lab2.*direct link/);
    }));

  test('machines that do not reach each other directly are relayed, and it is said why', () =>
    withLab(
      async (cluster) => {
        const { job, info } = await cluster.run(exchange, 4, onLab);
        assertSucceeded({ job, info });
        const [notice, ...more] = await notices(cluster, info.id);
        assert.match(
          notice ?? '',
          /^No direct link between lab and lab2 \(.*connection refused at 127\.0\.0\.1:1\): their messages go through/,
        );
        assert.deepEqual(more, []);
        for (const [name, other] of [
          ['lab', 'lab2'],
          ['lab2', 'lab'],
        ]) {
          const told = cluster.recording.events.flatMap(({ event }) =>
            event.type === 'hostChanged' && event.host.name === name ? [event.host] : [],
          );
          const { state, reason = '' } = told.at(-1) ?? {};
          assert.equal(state, 'ready');
          assert.match(reason, new RegExp(`^Relayed, for want of a direct link: ${other} \\(.*refused`));
        }
      },
      [{ address: '127.0.0.1:1' }, { address: '127.0.0.1:1' }],
    ));

  /** A cluster whose machines reach each other over proxies alone. */
  async function throughProxies(body: (cluster: Cluster, proxies: Proxy[]) => Promise<void>): Promise<void> {
    const ports = [await freePort(), await freePort()] as const;
    const proxies = await Promise.all(ports.map((port) => startProxy(port)));
    const settings = ports.map((port, index): HostSettings => ({
      address: `127.0.0.1:${proxies[index]?.port}`,
      directPorts: [port, port],
    }));
    try {
      await withLab((cluster) => body(cluster, proxies), settings as [HostSettings, HostSettings]);
    } finally {
      for (const proxy of proxies) proxy.close();
    }
  }
});

/** True if a stranger was told more than that he is not wanted. */
async function answered(socket: Socket): Promise<boolean> {
  let bytes = 0;
  socket.on('data', (data: Buffer) => (bytes += data.length));
  await new Promise((resolve) => socket.once('close', resolve));
  return bytes > 7; // an alert of TLS
}

/** True if a key that was made up here is let in. */
function proves(port: number, identity: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectTls({
      port,
      host: '127.0.0.1',
      minVersion: 'TLSv1.3',
      ciphers: 'TLS_AES_128_GCM_SHA256',
      rejectUnauthorized: false,
      pskCallback: () => ({ psk: randomBytes(32), identity }),
    });
    socket.on('secureConnect', () => resolve(true)).on('error', () => undefined);
    socket.on('close', () => resolve(false));
  });
}
