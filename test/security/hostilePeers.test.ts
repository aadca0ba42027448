import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { describe, test } from 'node:test';
import { encodeMessageHeader, encodeText, frameTypes } from '../../runtime/core/framing';
import { messageModes } from '../../runtime/protocol/envelope';
import { openLink } from '../../runtime/transport/unixSocket';
import { openFiles, peakRssBytes, rssBytes } from '../cluster/processes';
import { withCluster } from '../cluster/withCluster';
import { jobSecret, peerSocket, runSecret } from './intruder';
import { measured } from '../cluster/measured';

const turns = `for (let i = 0; ; i += 1) { log('turn', i); world.barrier(); const end = Date.now() + 50; while (Date.now() < end); }`;
const mebibyte = 1 << 20;

/** Resolves when the other side has closed a link. */
const closed = (link: Duplex): Promise<void> =>
  new Promise((resolve) => {
    link.on('error', () => undefined).resume();
    if (link.destroyed) resolve();
    else link.once('close', () => resolve());
  });

function frame(length: number, type: number, body: Uint8Array): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32LE(length, 0);
  prefix.writeUInt8(type, 4);
  return Buffer.concat([prefix, body]);
}

const envelope = {
  mode: messageModes.eager,
  communicator: 0,
  source: 1,
  destination: 0,
  tag: 0,
  sequence: 0,
  messageId: 0,
  clock: 0,
  bytes: 0,
  signature: 0,
};
const message = (change: Partial<typeof envelope>): Buffer =>
  Buffer.concat([
    encodeMessageHeader({ ...envelope, ...change }, { kind: 0, parts: [Uint8Array.of(1)] }),
    Uint8Array.of(1),
  ]);

/** What node 1 could send to node 0, if it were not itself any more. */
const badFrames: [string, Buffer][] = [
  ['a length of nothing', frame(0, 1, Buffer.alloc(0))],
  ['a length beyond the limit', frame(0xffff_ffff, 1, randomBytes(100))],
  ['a frame that is no message', Buffer.from(encodeText(frameTypes.control, '{"type":"go"}'))],
  ['an unknown type', frame(10, 99, Buffer.alloc(9))],
  ['a message in another’s name', message({ source: 0 })],
  ['a message for another', message({ destination: 1 })],
  [
    'a message that is too short',
    frame(20, 1, Buffer.concat([Buffer.alloc(4), Buffer.from([1, 0, 0, 0]), Buffer.alloc(11)])),
  ],
  [
    'parts that are not there',
    (() => {
      const bytes = message({});
      bytes.writeUInt16LE(0xffff, 58);
      return bytes;
    })(),
  ],
  [
    'a part that is longer than its frame',
    (() => {
      const bytes = message({});
      bytes.writeUInt32LE(0x7fff_ffff, 60);
      return bytes;
    })(),
  ],
  ['noise', Buffer.alloc(5000, 0xee)],
];

const header = (text: string): Buffer => Buffer.from(text, 'latin1');
const rpc = (body: string): Buffer => header(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);

/** What a client could send to the coordinator. */
const badMessages: [string, Buffer][] = [
  ['a header without a length', header('Content-Type: x\r\n\r\n')],
  ['a length that is no number', header('Content-Length: many\r\n\r\n')],
  ['a line that is no header', header('hello\r\n\r\n')],
  ['a body without a length', header('Content-Length: 0\r\n\r\n')],
  ['a body that is no message', rpc('7')],
  ['a body that is no JSON', header('Content-Length: 3\r\n\r\n{{{')],
];

/** What is answered with an error, and closes nothing. */
const oddRequests = [
  rpc('{"jsonrpc":"2.0","id":1,"method":"noSuchRequest"}'),
  rpc('{"jsonrpc":"2.0","id":2,"method":"startJob","params":null}'),
  rpc('{"jsonrpc":"2.0","id":3,"method":"output","params":[1,2,3]}'),
  rpc('{"jsonrpc":"2.0","method":"cdp","params":null}'),
  rpc('{"jsonrpc":"2.0","method":"cdp","params":{"job":{},"rank":"x","message":7}}'),
  rpc('{"jsonrpc":"2.0","id":4,"method":"__proto__","params":{"__proto__":{"polluted":true}}}'),
];

describe('a peer that knows the secret and sends what is not of the protocol', () => {
  test('to a node loses its link; the node and its job go on', () =>
    withCluster(async ({ start, info }) => {
      const job = await start(turns, 2);
      await job.line('turn 1', 1);
      const secret = jobSecret(runSecret(info.runDirectory), 1);
      const path = peerSocket(info.runDirectory, 1, 0);
      const [pid = 0] = await job.pids();
      const before = rssBytes(pid);
      const filesBefore = openFiles(pid);
      for (const [name, bytes] of badFrames) {
        const link = await openLink(path, { role: 'peer', job: 1, rank: 1 }, secret);
        link.on('error', () => undefined);
        link.write(Buffer.concat([Buffer.of(0), bytes])); // no connection past the relays
        const timer = setTimeout(() => link.destroy(new Error(name)), 5000);
        let late: Error | undefined;
        link.once('error', (error: Error) => (late = error));
        await closed(link);
        clearTimeout(timer);
        assert.notEqual(late?.message, name, `${name}: the link was not closed`);
        const seen = job.lines(0).length;
        while (job.lines(0).length <= seen + 1) await new Promise((resolve) => setTimeout(resolve, 20));
      }
      while (openFiles(pid) > filesBefore) await new Promise((resolve) => setTimeout(resolve, 20));
      const grown = (peakRssBytes(pid) - before) / mebibyte;
      measured(`the node grew by ${grown.toFixed(0)} MiB`);
      assert.ok(grown <= 128, `${grown} MiB`);
      assert.equal((await job.stop()).state, 'stopped');
    }));

  test('to the coordinator loses its link; the other clients and the nodes do not', () =>
    withCluster(async ({ start, info, client }) => {
      const job = await start(turns, 2);
      await job.line('turn 1', 1);
      const secret = runSecret(info.runDirectory);
      const path = join(info.runDirectory, 'c');
      const asClient = () => openLink(path, { role: 'client', job: 0, rank: 0 }, secret);
      for (const [name, bytes] of badMessages) {
        const link = await asClient();
        const timer = setTimeout(() => link.destroy(new Error(name)), 5000);
        let late: Error | undefined;
        link.on('error', (error: Error) => (late = error));
        link.write(bytes);
        await closed(link);
        clearTimeout(timer);
        assert.notEqual(late?.message, name, `${name}: the link was not closed`);
        assert.ok((await client.request('info', {})).pid > 0, name);
      }
      // One who is a node already cannot be it twice.
      const double = await openLink(path, { role: 'node', job: 1, rank: 0 }, jobSecret(secret, 1));
      await closed(double);
      assert.equal((await client.request('jobs', {}))[0]?.job.state, 'running');
      await job.stop();
    }));

  test('to the coordinator without an end is cut off before it fills the memory', () =>
    withCluster(async ({ info, client }) => {
      const secret = runSecret(info.runDirectory);
      const before = rssBytes(info.pid);
      for (const start of ['Content-Length: 99999999999\r\n\r\n', 'x: ']) {
        const link = await openLink(
          join(info.runDirectory, 'c'),
          { role: 'client', job: 0, rank: 0 },
          secret,
        );
        const ended = closed(link);
        link.write(start);
        const chunk = Buffer.alloc(mebibyte, 0x78);
        let sent = 0;
        while (!link.destroyed && sent < 1024) {
          sent += 1;
          if (!link.write(chunk))
            await Promise.race([ended, new Promise((resolve) => link.once('drain', resolve))]);
        }
        assert.ok(sent < 200, `${sent} MiB were taken`);
        await ended;
      }
      const grown = (peakRssBytes(info.pid) - before) / mebibyte;
      measured(`the coordinator grew by ${grown.toFixed(0)} MiB`);
      assert.ok(grown <= 64, `${grown} MiB`);
      assert.ok((await client.request('info', {})).pid > 0);
    }));

  test('odd requests are answered with errors, and the link stays', () =>
    withCluster(async ({ info }) => {
      const secret = runSecret(info.runDirectory);
      const link = await openLink(join(info.runDirectory, 'c'), { role: 'client', job: 0, rank: 0 }, secret);
      let text = '';
      link.on('data', (bytes: Buffer) => (text += bytes.toString()));
      for (const bytes of oddRequests) link.write(bytes);
      link.write(rpc('{"jsonrpc":"2.0","id":9,"method":"info","params":{}}'));
      while (!text.includes('"id":9')) await new Promise((resolve) => link.once('data', resolve));
      for (const id of [1, 2, 3, 4]) assert.match(text, new RegExp(`"id":${id},"error"`));
      assert.match(text, /"id":9,"result"/);
      link.destroy();
    }));
});
