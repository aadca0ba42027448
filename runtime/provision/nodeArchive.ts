/** Takes the one file that is needed out of an archive of Node.js (a gzipped tar, as nodejs.org offers it). */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';

const blockBytes = 512;
const mostBytes = 512 * 2 ** 20;
const wanted = /^(?:\.\/)?[^/]+\/bin\/node$/;

/** The hash of a file's bytes, which names the directory of its content on hosts. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/**
 * The executable `<anything>/bin/node` of an archive; nothing else of it is unpacked, and nothing is written.
 * Throws an Error that says what is wrong with the archive.
 */
export async function extractNode(path: string): Promise<Buffer> {
  const file = createReadStream(path);
  const bytes = file.pipe(createGunzip());
  file.on('error', (error) => bytes.destroy(error));
  const scanner = new TarScanner();
  try {
    for await (const chunk of bytes) {
      const found = scanner.push(chunk as Buffer);
      if (found) return found;
    }
  } finally {
    file.destroy();
    bytes.destroy();
  }
  throw new Error('it contains no bin/node');
}

/** Goes through a tar (POSIX.1-1988 ustar) as it comes, and keeps the content of the wanted file alone. */
class TarScanner {
  private header = Buffer.alloc(0);
  /** Bytes of the present entry that are to come, padding included. */
  private remaining = 0;
  private kept: Buffer[] | undefined;
  private keptBytes = 0;
  private wantedBytes = 0;

  /** Takes the next piece; answers the file once it is whole. */
  push(piece: Buffer): Buffer | undefined {
    let rest = piece;
    while (rest.length > 0) {
      if (this.remaining > 0) {
        const part = rest.subarray(0, this.remaining);
        rest = rest.subarray(part.length);
        this.remaining -= part.length;
        if (this.keep(part)) return Buffer.concat(this.kept ?? []).subarray(0, this.wantedBytes);
        continue;
      }
      const missing = blockBytes - this.header.length;
      this.header = Buffer.concat([this.header, rest.subarray(0, missing)]);
      rest = rest.subarray(missing);
      if (this.header.length === blockBytes) this.begin();
    }
    return undefined;
  }

  private keep(part: Buffer): boolean {
    if (!this.kept) return false;
    this.kept.push(part);
    this.keptBytes += part.length;
    return this.keptBytes >= this.wantedBytes;
  }

  private begin(): void {
    const field = (from: number, to: number) => {
      const text = this.header.toString('utf8', from, to);
      const end = text.indexOf('\0');
      return end < 0 ? text : text.slice(0, end);
    };
    const octal = field(124, 136).trim();
    const prefix = field(345, 500);
    const name = prefix === '' ? field(0, 100) : `${prefix}/${field(0, 100)}`;
    const type = field(156, 157);
    this.header = Buffer.alloc(0);
    if (octal === '' && name === '') return; // the blocks of zeros at the end
    if (!/^[0-7]{1,12}$/.test(octal)) throw new Error('it is not a tar archive');
    const bytes = Number.parseInt(octal, 8);
    this.remaining = Math.ceil(bytes / blockBytes) * blockBytes;
    if (!wanted.test(name) || (type !== '0' && type !== '')) return;
    if (bytes === 0 || bytes > mostBytes) throw new Error(`its bin/node has ${bytes} bytes`);
    this.kept = [];
    this.wantedBytes = bytes;
  }
}
