/**
 * Names a call of a task so that another run of the same program finds it again: by its job's name, its function's name and
 * the content of its arguments. Another task's result counts by that task's own name (a Merkle tree over the graph of tasks),
 * so that the name is known before anything has run.
 */
import { createHash } from 'node:crypto';
import { digestPacked } from '../packedDigest';
import type { Packed } from '../wire';

/** So much of SHA-256 tells calls apart. */
const hexDigits = 32;

export class CallDigest {
  private readonly hash = createHash('sha256');

  constructor(job: string, name: string) {
    this.hash.update(JSON.stringify([job, name]));
  }

  /** An argument that is a value. */
  value(packed: Packed): void {
    this.hash.update('v');
    digestPacked(this.hash, packed);
  }

  /** One that is kept by its content. */
  shared(hash: string): void {
    this.hash.update(`s${hash}`);
  }

  /** One that is another task's result. */
  task(key: string | undefined): void {
    this.hash.update(`t${key} `);
  }

  /** A list of so many, which come next. */
  list(length: number): void {
    this.hash.update(`l${length} `);
  }

  /** The name; nothing can be added any more. */
  get key(): string {
    return this.hash.digest('hex').slice(0, hexDigits);
  }
}
