import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { connect } from '../../runtime/client';
import { withoutLeaks } from '../cluster/leakCheck';
import { peakRssBytes, rssBytes } from '../cluster/processes';
import { assertSucceeded, withCluster } from '../cluster/withCluster';
import { dial, hello, jobSecret, peerSocket, runSecret, untilClosed } from './intruder';
import { measured } from '../cluster/measured';

const turns = `for (;;) { log('turns'); world.barrier(); const end = Date.now() + 100; while (Date.now() < end); }`;
const answerBytes = 64;
const mebibyte = 1 << 20;

/** A try to join over a socket; true if it was let in. An acceptor says no more than its answer to a stranger. */
type Attempt = (path: string) => Promise<boolean>;

const letIn = (bytes: Buffer): boolean => bytes.length > answerBytes;

const silence: Attempt = async (path) => letIn(await untilClosed(await dial(path)));

const noise: Attempt = async (path) => {
  const socket = await dial(path);
  socket.end(randomBytes(1 + Math.floor(Math.random() * 300)));
  return letIn(await untilClosed(socket));
};

/** Goes through the whole exchange, with a proof made by `key`. */
function proving(
  role: 'node' | 'peer' | 'client',
  rank: number,
  key: () => Buffer,
  claimed: typeof role = role,
): Attempt {
  return async (path) => {
    const socket = await dial(path);
    const said = hello(claimed, 1, rank, randomBytes(32));
    const proved = hello(role, 1, rank, said.subarray(17));
    const closing = untilClosed(socket);
    let answer = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      const before = answer.length;
      answer = Buffer.concat([answer, chunk]);
      if (before >= answerBytes || answer.length < answerBytes) return;
      const nonce = answer.subarray(0, 32);
      socket.end(createHmac('sha256', key()).update('connector').update(proved).update(nonce).digest());
    });
    socket.write(said);
    return letIn(await closing);
  };
}

/** Sends again what a real client once sent. */
function replay(recorded: Buffer[]): Attempt {
  return async (path) => {
    const socket = await dial(path);
    for (const bytes of recorded) socket.write(bytes);
    return letIn(await untilClosed(socket));
  };
}

/** A real client's way in, with what it sent written down. */
async function record(path: string, secret: Buffer): Promise<Buffer[]> {
  const socket = await dial(path);
  const first = hello('client', 0, 0, randomBytes(32));
  socket.write(first);
  const answer = await new Promise<Buffer>((resolve) => socket.once('data', resolve));
  const last = createHmac('sha256', secret)
    .update('connector')
    .update(first)
    .update(answer.subarray(0, 32))
    .digest();
  socket.write(last);
  const welcome = await new Promise<Buffer>((resolve) => socket.once('data', resolve));
  assert.equal(welcome[0], 1, 'the real one is let in');
  socket.destroy();
  return [first, last];
}

describe('joining a run', () => {
  test('needs its secret: 1,000 tries, none of them in; the cluster works on', () =>
    withCluster(async ({ start, info, client }) => {
      const job = await start(turns, 2);
      await Promise.all([job.line('turns', 0), job.line('turns', 1)]);
      const coordinator = join(info.runDirectory, 'c');
      const peer = peerSocket(info.runDirectory, 1, 0);
      const secret = runSecret(info.runDirectory);
      const recorded = await record(coordinator, secret);
      const wrong = () => randomBytes(32);
      const kinds: [string, string, Attempt][] = [
        ['silence', coordinator, silence],
        ['noise', coordinator, noise],
        ['noise', peer, noise],
        ['replay', coordinator, replay(recorded)],
        ['replay', peer, replay(recorded)],
        ['wrong key', coordinator, proving('client', 0, wrong)],
        ['wrong key', peer, proving('peer', 1, wrong)],
        // A node knows its job's secret; that makes it no client, and no other job's or a third node.
        ['the job’s secret as a client', coordinator, proving('client', 0, () => jobSecret(secret, 1))],
        ['another job’s secret', coordinator, proving('node', 0, () => jobSecret(secret, 2))],
        ['a proof for another role', coordinator, proving('node', 0, () => jobSecret(secret, 1), 'client')],
        ['a rank that there is not', peer, proving('peer', 2, () => jobSecret(secret, 1))],
        ['a node where peers come in', peer, proving('node', 0, () => jobSecret(secret, 1))],
      ];
      const startedAt = Date.now();
      let joins = 0;
      let tries = 0;
      while (tries < 1000) {
        const batch = Array.from(
          { length: 250 },
          (_, i) => kinds[(tries + i) % kinds.length] as (typeof kinds)[number],
        );
        const results = await Promise.all(batch.map(([, path, attempt]) => attempt(path)));
        for (const [i, joined] of results.entries()) {
          if (!joined) continue;
          joins += 1;
          measured(`let in: ${batch[i]?.[0]}`);
        }
        tries += batch.length;
        assert.ok((await client.request('info', {})).pid > 0);
      }
      measured(`${tries} tries in ${Date.now() - startedAt} ms, ${joins} let in`);
      assert.equal(joins, 0);
      const second = await connect(info.runDirectory);
      assert.equal((await second.request('jobs', {}))[0]?.job.state, 'running');
      second.dispose();
      await job.stop();
    }));

  test('a false coordinator gets nothing that it could use', () =>
    withoutLeaks(async (folder) => {
      const directory = join(folder, 'false');
      mkdirSync(directory, { mode: 0o700 });
      const secret = randomBytes(32);
      const file = { pid: process.pid, startTime: '', secret: secret.toString('hex') };
      writeFileSync(join(directory, 'coordinator.json'), JSON.stringify(file), { mode: 0o600 });
      const seen: Buffer[] = [];
      const server = createServer((socket) => {
        socket
          .on('error', () => undefined)
          .on('data', (bytes: Buffer) => {
            seen.push(bytes);
            socket.write(
              seen.length % 2
                ? randomBytes(answerBytes)
                : Buffer.concat([bytes, bytes]).subarray(0, answerBytes),
            );
          });
      });
      await new Promise<void>((resolve) => server.listen(join(directory, 'c'), resolve));
      for (let i = 0; i < 5; i += 1) await assert.rejects(connect(directory), { code: 'coordinatorLost' });
      await new Promise((resolve) => server.close(resolve));
      const all = Buffer.concat(seen);
      assert.ok(
        seen.length >= 5 && seen.every((bytes) => bytes.length === 49),
        `sent were not hellos alone: ${seen.map((bytes) => bytes.length).join(', ')}`,
      );
      assert.ok(!all.includes(secret) && !all.includes(secret.toString('hex')));
      rmSync(directory, { recursive: true });
    }));

  test('1,000 idle connections keep nobody out and take little memory', () =>
    withCluster(async ({ run, info, client }) => {
      assertSucceeded(await run(`log('warm');`, 2));
      const before = rssBytes(info.pid);
      const path = join(info.runDirectory, 'c');
      const idle = await Promise.all(Array.from({ length: 1000 }, () => dial(path)));
      assert.ok((await client.request('info', {})).pid > 0);
      const second = await connect(info.runDirectory);
      assert.equal((await second.request('jobs', {})).length, 1);
      second.dispose();
      assertSucceeded(await run(`log(world.allreduce(1));`, 3));
      // Nobody who says nothing is let stay.
      await Promise.all(idle.map(untilClosed));
      const grown = (peakRssBytes(info.pid) - before) / mebibyte;
      measured(`the coordinator grew by ${grown.toFixed(0)} MiB`);
      assert.ok(grown <= 64, `${grown} MiB`);
    }));
});
