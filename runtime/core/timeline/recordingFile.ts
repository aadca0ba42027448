/**
 * The operations of one node in a file: a header, then records as they lie in memory, the newest so many of them (the
 * oldest are written over); and beside it, as JSON, the words that they speak of by number. The files of a node that
 * was killed are whole, but for the last fraction of a second.
 */
import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import {
  type OperationWords,
  operationBytes,
  OperationReader,
  type Operation,
} from '../../protocol/operations';

/** Records that a file keeps: 16 MiB. */
const keptRecords = 1 << 18;
/** Two numbers of 64 bits: records written, and records lost before they were. */
const headBytes = 16;

/** What a node's files hold. */
export interface RecordedOperations {
  /** In the order of their ends. */
  operations: Operation[];
  /** Operations of this node that are not here: for them there was no room, or no time. */
  missing: number;
}

/** Name of the file of a node, in the run directory. */
export function recordingName(job: number, rank: number): string {
  return `operations-${job}-${rank}`;
}

export class RecordingFile {
  private readonly file: number;
  private written = 0;
  private lost = 0;

  constructor(
    private readonly path: string,
    private readonly kept = keptRecords,
  ) {
    this.file = openSync(path, 'w', 0o600);
    this.words({ names: [], sites: [] });
  }

  /** Adds whole records. */
  add(records: Uint8Array, lost = 0): void {
    this.lost += lost;
    for (let at = 0; at < records.length;) {
      const slot = this.written % this.kept;
      const count = Math.min((records.length - at) / operationBytes, this.kept - slot);
      writeSync(this.file, records, at, count * operationBytes, headBytes + slot * operationBytes);
      this.written += count;
      at += count * operationBytes;
    }
    writeSync(this.file, new Float64Array([this.written, this.lost]), 0, headBytes, 0);
  }

  /** Writes what the records speak of, anew. */
  words(words: OperationWords): void {
    writeFileSync(wordsPath(this.path), JSON.stringify(words), { mode: 0o600 });
  }

  close(): void {
    closeSync(this.file);
  }
}

/** Reads a node's files; `offsetMs` is added to all times. A file that is not there is one without operations. */
export function readRecording(path: string, offsetMs: number): RecordedOperations {
  const words = readWords(path);
  // A copy of its own is aligned for numbers of 64 bits.
  const bytes = words && new Uint8Array(readFileSync(path));
  if (!words || !bytes || bytes.length < headBytes) return { operations: [], missing: 0 };
  const [written = 0, lost = 0] = new Float64Array(bytes.buffer, bytes.byteOffset, 2);
  const reader = new OperationReader(bytes.subarray(headBytes));
  const oldest = written > reader.length ? written % reader.length : 0;
  const operations = Array.from({ length: reader.length }, (_, i) =>
    reader.operation((oldest + i) % reader.length, words, offsetMs),
  );
  return { operations, missing: lost + written - reader.length };
}

function wordsPath(path: string): string {
  return `${path}.json`;
}

function readWords(path: string): OperationWords | undefined {
  try {
    return JSON.parse(readFileSync(wordsPath(path), 'utf8')) as OperationWords;
  } catch {
    return undefined; // the node did not come so far
  }
}
