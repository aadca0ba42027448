/** Ways into a run for those who do not belong to it, and for those who do and misbehave. */
import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';

const magic = Buffer.from('LKSTEP01');
const roles = { node: 1, peer: 2, client: 3 } as const;

/** The secret of a run, as its owner can read it. */
export function runSecret(runDirectory: string): Buffer {
  const text = readFileSync(join(runDirectory, 'coordinator.json'), 'utf8');
  return Buffer.from((JSON.parse(text) as { secret: string }).secret, 'hex');
}

/** The secret that the nodes of a job share, as the coordinator derives it. */
export const jobSecret = (run: Buffer, job: number): Buffer =>
  createHmac('sha256', run).update(`job ${job}`).digest();

/** The path of the socket on which a node listens for its peers. */
export function peerSocket(runDirectory: string, job: number, rank: number): string {
  const name = readdirSync(runDirectory).find((entry) => entry.endsWith(`${job}-${rank}`));
  if (!name) throw new Error(`no socket of node ${rank} in ${readdirSync(runDirectory).join(', ')}`);
  return join(runDirectory, name);
}

/** The hello of a connector who claims to be somebody. */
export function hello(role: keyof typeof roles, job: number, rank: number, nonce: Buffer): Buffer {
  const bytes = Buffer.alloc(magic.length + 9);
  magic.copy(bytes);
  bytes.writeUInt8(roles[role], 8);
  bytes.writeUInt32LE(job, 9);
  bytes.writeUInt32LE(rank, 13);
  return Buffer.concat([bytes, nonce]);
}

/** An open connection that swallows what goes wrong with it. */
export function dial(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('error', reject).once('connect', () => {
      socket.off('error', reject).on('error', () => undefined);
      resolve(socket);
    });
  });
}

/** Everything that comes until the other side closes the connection. */
export async function untilClosed(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  if (!socket.destroyed) await new Promise((resolve) => socket.once('close', resolve));
  return Buffer.concat(chunks);
}
