/**
 * Bytes as sealed records, for a connection that anybody may listen to or alter:
 *
 *   u32 type << 24 | length of what follows | ciphertext | 16 bytes tag
 *
 * AES-256-GCM (NIST SP 800-38D). A direction has a key of its own; the nonce is the record's number, which is not sent, so
 * that a record which is altered, repeated, left out, out of its place or cut short does not open. The head is
 * authenticated with it. After 65,536 records comes the next key, made from the last by HKDF, far below what one may seal.
 *
 * Cost: some 3 µs a record on either side, a third of it to make the cipher; `prepare` does that ahead of time.
 */
import { type CipherGCM, createCipheriv, createDecipheriv, type DecipherGCM, hkdfSync } from 'node:crypto';
import { LockstepError } from '../../protocol/errors';

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;
const tagLength = { authTagLength: tagBytes };
/** Length of a direction's key. */
export const keyBytes = 32;
/** Length of a record's head. */
export const headBytes = 4;
/** The most that a record holds. */
export const maximumRecordBytes = 1 << 16;
/** What a record is longer than its content. */
export const overheadBytes = headBytes + tagBytes;
/** A key seals so many records. */
const recordsPerKey = 1 << 16;

/** What is in a record: bytes of the stream, or how many of them have arrived. */
export const recordTypes = { data: 1, acknowledgement: 2 } as const;

/** The keys of the two directions of a link, from what its two ends know of each other and nobody else does. */
export function linkKeys(session: Uint8Array): { toAcceptor: Buffer; toConnector: Buffer } {
  const keys = Buffer.from(hkdfSync('sha256', session, '', 'lockstep sealed link', 2 * keyBytes));
  return { toAcceptor: keys.subarray(0, keyBytes), toConnector: keys.subarray(keyBytes) };
}

/** The keys and nonces of one direction, in their order. */
class RecordNumbers {
  private number = 0;
  readonly nonce = Buffer.alloc(nonceBytes);

  constructor(public key: Buffer) {}

  /** To be called when the present one has been used. */
  next(): void {
    this.number += 1;
    if (this.number % recordsPerKey === 0) {
      this.key = Buffer.from(hkdfSync('sha256', this.key, '', 'lockstep next key', keyBytes));
    }
    this.nonce.writeUIntBE(this.number, nonceBytes - 6, 6);
  }
}

/** Seals what goes one way. */
export class RecordSealer {
  private readonly numbers: RecordNumbers;
  private cipher: CipherGCM | undefined;

  constructor(key: Buffer) {
    this.numbers = new RecordNumbers(key);
  }

  /** The content, at most {@link maximumRecordBytes}, as a whole record. */
  seal(type: number, content: Uint8Array): Buffer {
    this.prepare();
    const cipher = this.cipher as CipherGCM;
    this.cipher = undefined;
    const record = Buffer.allocUnsafe(content.length + overheadBytes);
    record.writeUInt32LE(((type << 24) | (content.length + tagBytes)) >>> 0);
    cipher.setAAD(record.subarray(0, headBytes));
    record.set(cipher.update(content), headBytes);
    cipher.final();
    record.set(cipher.getAuthTag(), headBytes + content.length);
    this.numbers.next();
    return record;
  }

  /** Does ahead of time what `seal` would have to. */
  prepare(): void {
    this.cipher ??= createCipheriv(algorithm, this.numbers.key, this.numbers.nonce, tagLength);
  }
}

/** Opens what comes one way. */
export class RecordOpener {
  private readonly numbers: RecordNumbers;
  private decipher: DecipherGCM | undefined;

  constructor(key: Buffer) {
    this.numbers = new RecordNumbers(key);
  }

  /** Length of the whole record whose head lies here. Throws LockstepError(malformed) on one that no peer of ours sends. */
  lengthAt(view: DataView, at: number): number {
    const length = view.getUint32(at, true) & 0xffffff;
    if (length < tagBytes || length > maximumRecordBytes + tagBytes) {
      throw new LockstepError('malformed', { problem: `a record of ${length} bytes` });
    }
    return headBytes + length;
  }

  /** The content of a whole record. Throws LockstepError(malformed) if it is not the next one that was sealed. */
  open(record: Buffer): { type: number; content: Buffer } {
    this.prepare();
    const decipher = this.decipher as DecipherGCM;
    this.decipher = undefined;
    const end = record.length - tagBytes;
    try {
      decipher.setAAD(record.subarray(0, headBytes));
      decipher.setAuthTag(record.subarray(end));
      const content = decipher.update(record.subarray(headBytes, end));
      decipher.final();
      this.numbers.next();
      return { type: record[headBytes - 1] as number, content };
    } catch (error) {
      throw new LockstepError('malformed', { problem: 'a record that does not open' }, { cause: error });
    }
  }

  /** Does ahead of time what `open` would have to. */
  prepare(): void {
    this.decipher ??= createDecipheriv(algorithm, this.numbers.key, this.numbers.nonce, tagLength);
  }
}
