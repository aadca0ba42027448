/**
 * Both ends of a link prove that they know the run's secret before anything else is read.
 *
 *   connector -> acceptor   magic, role, job, rank, nonce C
 *   acceptor  -> connector  nonce S, HMAC(secret, "acceptor" | hello | nonce S)
 *   connector -> acceptor   HMAC(secret, "connector" | hello | nonce S)
 *   acceptor  -> connector  one byte: welcome
 *
 * HMAC-SHA256 with fresh 32-byte nonces from both sides: a recorded exchange proves nothing the next time, and a
 * proof for one role, job or rank is none for another. Whoever is silent, slow or wrong is cut off.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { LockstepError } from '../protocol/errors';

const magic = Buffer.from('LKSTEP01');
const nonceBytes = 32;
const proofBytes = 32;
const helloBytes = magic.length + 1 + 4 + 4 + nonceBytes;
const welcome = Buffer.from([1]);

/** How long either side waits for the other. */
export const handshakeLimitMs = 2000;

const roles = { node: 1, peer: 2, client: 3 } as const;
export type LinkRole = keyof typeof roles;

/** Who connects: in which role, for which job and rank (0 where that has no meaning). */
export interface LinkIdentity {
  role: LinkRole;
  job: number;
  rank: number;
}

/** A side that has proved itself, and a secret of this one link that no one else knows. */
export interface Proven {
  identity: LinkIdentity;
  session: Buffer;
}

/**
 * The connecting side. Resolves with the link's own secret when both have proved themselves; otherwise destroys the stream
 * and rejects.
 */
export async function proveConnector(
  stream: Duplex,
  identity: LinkIdentity,
  secret: Uint8Array,
): Promise<Buffer> {
  return guarded(stream, async () => {
    const hello = Buffer.alloc(helloBytes);
    magic.copy(hello);
    hello.writeUInt8(roles[identity.role], magic.length);
    hello.writeUInt32LE(identity.job, magic.length + 1);
    hello.writeUInt32LE(identity.rank, magic.length + 5);
    randomBytes(nonceBytes).copy(hello, helloBytes - nonceBytes);
    stream.write(hello);
    const answer = await readExactly(stream, nonceBytes + proofBytes);
    const nonce = answer.subarray(0, nonceBytes);
    if (!timingSafeEqual(answer.subarray(nonceBytes), proof(secret, 'acceptor', hello, nonce))) {
      throw new LockstepError('refused', { reason: 'the other side does not know the secret of this run' });
    }
    stream.write(proof(secret, 'connector', hello, nonce));
    if (!(await readExactly(stream, 1)).equals(welcome)) throw new Error('no welcome');
    return proof(secret, 'session', hello, nonce);
  });
}

/**
 * The accepting side. `secretFor` names the secret that the identity has to know, or undefined for one that is
 * not expected. Resolves with the identity and the link's own secret; otherwise destroys the stream and rejects.
 */
export async function proveAcceptor(
  stream: Duplex,
  secretFor: (identity: LinkIdentity) => Uint8Array | undefined,
): Promise<Proven> {
  return guarded(stream, async () => {
    const hello = await readExactly(stream, helloBytes);
    const identity = parseHello(hello);
    const secret = identity && secretFor(identity);
    const nonce = randomBytes(nonceBytes);
    // An unexpected identity is answered like a wrong one: it learns nothing from the difference.
    const known = secret ?? randomBytes(proofBytes);
    stream.write(Buffer.concat([nonce, proof(known, 'acceptor', hello, nonce)]));
    const answer = await readExactly(stream, proofBytes);
    const right = timingSafeEqual(answer, proof(known, 'connector', hello, nonce));
    if (!identity || !secret || !right) throw new LockstepError('refused', { reason: 'wrong proof' });
    await written(stream, welcome);
    return { identity, session: proof(secret, 'session', hello, nonce) };
  });
}

function parseHello(hello: Buffer): LinkIdentity | undefined {
  if (!hello.subarray(0, magic.length).equals(magic)) return undefined;
  const code = hello.readUInt8(magic.length);
  const role = (Object.keys(roles) as LinkRole[]).find((name) => roles[name] === code);
  return (
    role && { role, job: hello.readUInt32LE(magic.length + 1), rank: hello.readUInt32LE(magic.length + 5) }
  );
}

function proof(
  secret: Uint8Array,
  purpose: 'acceptor' | 'connector' | 'session',
  hello: Buffer,
  nonce: Buffer,
): Buffer {
  return createHmac('sha256', secret).update(purpose).update(hello).update(nonce).digest();
}

async function guarded<T>(stream: Duplex, exchange: () => Promise<T>): Promise<T> {
  stream.on('error', () => undefined); // what fails here is told by the exchange, what fails later by `close`
  const timer = setTimeout(
    () => stream.destroy(new LockstepError('refused', { reason: 'no proof in time' })),
    handshakeLimitMs,
  );
  try {
    return await exchange();
  } catch (error) {
    stream.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** Resolves once bytes have left for the system. */
export function written(stream: Duplex, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}

/** Takes exactly `count` bytes off a stream that is not flowing yet; what follows stays in it. */
export function readExactly(stream: Duplex, count: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const finish = (error?: Error, bytes?: Buffer) => {
      stream.off('readable', onReadable).off('error', onEnd).off('close', onEnd).off('end', onEnd);
      if (bytes) resolve(bytes);
      else reject(error ?? new LockstepError('refused', { reason: 'the link closed during the handshake' }));
    };
    const onReadable = () => {
      const bytes = stream.read(count) as Buffer | null;
      if (bytes?.length === count) finish(undefined, bytes);
      else if (bytes) finish();
    };
    const onEnd = (error?: unknown) => finish(error instanceof Error ? error : undefined);
    stream.on('readable', onReadable).on('error', onEnd).on('close', onEnd).on('end', onEnd);
    onReadable();
  });
}
