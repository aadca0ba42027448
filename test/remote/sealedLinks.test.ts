/** Data links between two machines, past both relays, with somebody in between: real SSH servers, relays and nodes. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { socketMagic, tokenBytes } from '../../runtime/transport/tlsLink';
import { measured } from '../cluster/measured';
import { assertSucceeded, type Cluster, withCluster } from '../cluster/withCluster';
import { eventually } from './commands';
import { type Attack, type ManInTheMiddle, startManInTheMiddle } from './manInTheMiddle';
import { freePort } from './sshd';
import { startTwoMachines, type TwoMachines } from './twoMachines';

const onLab = { cluster: 'lab' };
const mebibyte = 1 << 20;
const secretText = 'the answer of the exam is forty-two';

/**
 * Each node sends to its opposite on the other machine: many small messages with their numbers, large ones between them.
 * Anything lost, doubled, changed or out of order ends it.
 */
const exchange = `const other = (world.rank + 2) % 4;
  for (let i = 0; i < ROUNDS; i++) {
    for (let k = 0; k < 50; k++) world.send({ i, k, text: '${secretText}' }, other, 1);
    for (let k = 0; k < 50; k++) {
      const got = world.recv<{ i: number; k: number; text: string }>(other, 1);
      if (got.i !== i || got.k !== k || got.text !== '${secretText}') throw new Error('wrong message ' + JSON.stringify(got));
    }
    const data = new Uint8Array(1_000_003).fill(i + world.rank);
    const got = world.sendrecv(data, other, 2, other, 2);
    if (got.length !== data.length || got.some((each) => each !== ((i + other) & 255))) throw new Error('wrong bytes');
  }`;
const program = (rounds: number): string => exchange.replace('ROUNDS', String(rounds));

const attacks: Record<string, Attack> = {
  'flips a bit'(bytes) {
    const at = bytes.length >> 1;
    bytes[at] = (bytes[at] as number) ^ 1;
    return bytes;
  },
  'repeats what has passed': (bytes) => Buffer.concat([bytes, bytes]),
  'leaves something out': (bytes) => bytes.subarray(0, bytes.length >> 1),
  'lets later bytes pass first': (bytes) =>
    Buffer.concat([bytes.subarray(bytes.length >> 1), bytes.subarray(0, bytes.length >> 1)]),
  'cuts the connection'(_bytes, { near, far }) {
    near.resetAndDestroy();
    far.resetAndDestroy();
    return undefined;
  },
  'ends it politely, in the middle'(_bytes, { near, far }) {
    near.end();
    far.end();
    return undefined;
  },
};

describe('data links past the relays', () => {
  let lab: TwoMachines;
  before(async () => {
    lab = await startTwoMachines();
  });
  after(() => lab.stop());

  /** A cluster whose machines reach each other through somebody alone. */
  async function withMan(
    body: (cluster: Cluster, man: ManInTheMiddle[]) => Promise<void>,
    attack?: Attack,
  ): Promise<void> {
    const ports = [await freePort(), await freePort()];
    const men = await Promise.all(ports.map((port) => startManInTheMiddle(port, attack)));
    const hosts = lab.cluster.hosts.map((host, index) => {
      const [port = 0, man] = [ports[index], men[index]];
      const directPorts: [number, number] = [port, port];
      return { ...host, address: `127.0.0.1:${man?.port}`, directPorts };
    });
    try {
      await withCluster((cluster) => body(cluster, men), {
        configuration: { clusters: { lab: { ...lab.cluster, peerLinks: 'direct', hosts } } },
      });
    } finally {
      for (const man of men) man.close();
    }
  }
  const total = (men: ManInTheMiddle[]): { links: number; bytes: number } =>
    men.reduce((sum, man) => ({ links: sum.links + man.seen().links, bytes: sum.bytes + man.seen().bytes }), {
      links: 0,
      bytes: 0,
    });

  test('carry all messages, and who reads along learns nothing', () =>
    withMan(async (cluster, men) => {
      assertSucceeded(await cluster.run(program(8), 4, onLab));
      const { links, bytes } = total(men);
      measured(`${links} connections, ${(bytes / mebibyte).toFixed(1)} MiB on them`);
      assert.equal(links, 4, 'one for each sender');
      assert.ok(bytes > 30 * mebibyte, `${bytes} bytes`);
      assert.ok(men.some((man) => man.hasRead('LKSOCK01')));
      assert.ok(men.every((man) => !man.hasRead(secretText)));
    }));

  test('have tokens that are good once: who shows one again, or one he made up, is closed at once', () => {
    return withMan(async (cluster, men) => {
      const job = await cluster.start(program(8), 4, onLab);
      await eventually('the connections of data links', () => total(men).links === 4);
      const tries = men.flatMap((man) => {
        const tokens: Buffer[] = Array.from({ length: 50 }, () => randomBytes(tokenBytes));
        for (const shown of man.tokens()) tokens.push(...Array.from({ length: 25 }, () => shown));
        return tokens.map((token) => bytesFor(man.to, Buffer.concat([socketMagic, token])));
      });
      const answered = (await Promise.all(tries)).filter((bytes) => bytes > 0).length;
      measured(`${tries.length} tries, ${answered} answered`);
      assert.equal(tries.length, 200);
      assert.equal(answered, 0);
      assertSucceeded({ job, info: await job.ended() });
    });
  });

  for (const [name, attack] of Object.entries(attacks)) {
    test(`lose, double and change nothing when somebody in between ${name}`, () =>
      withMan(async (cluster, men) => {
        assertSucceeded(await cluster.run(program(8), 4, onLab));
        const times = men.reduce((sum, man) => sum + man.attacks(), 0);
        assert.equal(times, 4, 'each connection was attacked');
      }, attack));
  }

  test('that go silent without a word are given up with the link between the relays; nothing is lost', () =>
    withMan(async (cluster, men) => {
      const job = await cluster.start(program(60), 4, onLab);
      await job.state(3, 'running');
      while (total(men).bytes < 8 * mebibyte) await new Promise((resolve) => setTimeout(resolve, 10));
      for (const man of men) man.silence();
      assertSucceeded({ job, info: await job.ended() });
    }));
});

test('where one machine has no native calls, messages go through the relays', async () => {
  const lab = await startTwoMachines({ env: { LOCKSTEP_NATIVE: 'off' } });
  try {
    await withCluster(
      async (cluster) => {
        const { job, info } = await cluster.run(program(2), 4, onLab);
        assertSucceeded({ job, info });
        assert.match(info.withoutMemory ?? '', /LOCKSTEP_NATIVE is off/);
      },
      { configuration: { clusters: { lab: { ...lab.cluster, peerLinks: 'direct' } } } },
    );
  } finally {
    await lab.stop();
  }
});

/** What a stranger is told who says something to a port: as many bytes, until he is closed. */
function bytesFor(port: number, words: Buffer): Promise<number> {
  return new Promise((resolve) => {
    let bytes = 0;
    const socket = connect(port, '127.0.0.1', () => socket.write(words));
    socket.on('data', (data: Buffer) => (bytes += data.length)).on('error', () => undefined);
    socket.on('close', () => resolve(bytes));
  });
}
