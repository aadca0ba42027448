/**
 * The peer of `bench p2p` without Lockstep in the way: the same trips over a plain socket of Node.js between the main
 * threads of two nodes. The first argument is `unix:PATH`, or `tls:HOST` with the address of the second node's machine.
 */
import { randomBytes } from 'node:crypto';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { connect as connectTls, createServer as createTlsServer } from 'node:tls';
import { spmd } from 'lockstep';
import { casesOf, oneWayMicroseconds } from './pingPong';
import { Trips } from './trips';

/** Where the second node listens. */
interface Door {
  port: number;
  key: Uint8Array;
}

const tls = { ciphers: 'TLS_AES_128_GCM_SHA256', minVersion: 'TLSv1.3' } as const;

export default spmd(async ({ world, args, log }) => {
  const [way = '', ...words] = args;
  const [, kind, at = ''] = /^(unix|tls):(.*)$/.exec(way) ?? [];
  if (world.rank === 1) {
    const key = randomBytes(32);
    const server = kind === 'tls' ? createTlsServer({ ...tls, pskCallback: () => key }) : createServer();
    const accepted = new Promise<Socket>((resolve) =>
      server.once(kind === 'tls' ? 'secureConnection' : 'connection', resolve),
    );
    await new Promise<void>((resolve) => server.listen(kind === 'tls' ? 0 : at, resolve));
    const { port } = kind === 'tls' ? (server.address() as AddressInfo) : { port: 0 };
    world.send({ port, key } satisfies Door, 0);
    const socket = (await accepted).setNoDelay(true);
    const stream = new Trips(socket, socket);
    server.close();
    for (const { bytes, trips } of casesOf(words)) await stream.echo(bytes, trips);
  } else {
    const { port, key } = world.recv<Door>(1);
    const socket =
      kind === 'tls'
        ? connectTls({ ...tls, host: at, port, pskCallback: () => ({ psk: key, identity: 'bench' }) })
        : connect(at);
    const stream = new Trips(socket.setNoDelay(true), socket);
    const results: number[] = [];
    for (const { bytes, trips } of casesOf(words)) {
      results.push(oneWayMicroseconds(await stream.measure(bytes, trips), trips));
    }
    log(JSON.stringify({ oneWayMicroseconds: results }));
    socket.end();
  }
});
