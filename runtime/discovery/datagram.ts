/**
 * What travels: `LKSD`, one byte of version, a nonce of 12 bytes, and a body that AES-256-GCM has encrypted and
 * signed, the head included. Only who holds the lab token can read it or make one. At most 1,200 bytes, so that no
 * network takes it apart.
 *
 * Nonces are random: after 2^32 datagrams under one token (100 machines for 2.7 years) the odds that two were alike
 * are one in 2^33.
 */
import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto';
import type { DropReason } from '../protocol/discovery';

export const maximumDatagramBytes = 1200;

const algorithm = 'aes-256-gcm';
const magic = Buffer.from('LKSD');
const version = 1;
const head = Buffer.concat([magic, Buffer.from([version])]);
const nonceBytes = 12;
const tagBytes = 16;
const overheadBytes = head.length + nonceBytes + tagBytes;

/** The most that a body can have. */
export const maximumBodyBytes = maximumDatagramBytes - overheadBytes;

/** A datagram with this body. */
export function seal(key: KeyObject, body: Uint8Array): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, key, nonce).setAAD(head);
  return Buffer.concat([head, nonce, cipher.update(body), cipher.final(), cipher.getAuthTag()]);
}

/** The body of a datagram, or why it is dropped. Never throws. */
export function unseal(key: KeyObject, datagram: Uint8Array): Buffer | DropReason {
  const bytes = Buffer.from(datagram.buffer, datagram.byteOffset, datagram.byteLength);
  if (bytes.length > maximumDatagramBytes || bytes.length < overheadBytes) return 'malformed';
  if (!bytes.subarray(0, magic.length).equals(magic)) return 'malformed';
  if (bytes[magic.length] !== version) return 'otherVersion';
  const nonce = bytes.subarray(head.length, head.length + nonceBytes);
  const body = bytes.subarray(head.length + nonceBytes, bytes.length - tagBytes);
  const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagBytes })
    .setAAD(head)
    .setAuthTag(bytes.subarray(bytes.length - tagBytes));
  const plain = decipher.update(body);
  try {
    decipher.final();
    return plain;
  } catch {
    return 'unopened';
  }
}
