/**
 * What a journal's file holds, read from its beginning. Pure: the bytes are handed in. Any beginning of a file gives what was
 * written until there; a record that is not whole ends it, and is named where it is not the last one.
 *
 * Cost: one pass over the file, and some hundred bytes of memory a task; results stay in the file until they are asked for.
 */
import type { WireError } from '../../protocol/errors';
import { headerBytes, headerOf, valueIn } from './frame';
import { type JournalRecord, recordIn } from './record';

/** What a journal's file begins with. */
export const journalMark = new TextEncoder().encode('lockstep journal 1\n');

/** Where bytes are read from. */
export interface ByteSource {
  bytes: number;
  read(at: number, bytes: number): Uint8Array;
}

/** What is known of a task that has ended. */
export type Entry =
  | { type: 'result'; at: number }
  | { type: 'stored'; file: string; bytes: number }
  | { type: 'failed'; error: WireError };

/** What a file holds. */
export interface Replayed {
  /** False where the file is of something else. */
  isJournal: boolean;
  /** By key; the last word on each. */
  entries: Map<string, Entry>;
  /** Tasks that ended under another version of the program, and were left out. */
  ofOtherVersions: number;
  /** Files that results are in, of all versions. */
  files: Set<string>;
  /** So many bytes are whole. */
  wholeBytes: number;
  /** The record that is not whole, from 1 on, and whether a later one shows that it once was: then it was damaged, not cut off. */
  broken?: { record: number; at: number; isLast: boolean };
}

/** Reads a journal; `version` is that of the program, and all versions count where it is undefined. */
export function replay(source: ByteSource, version: string | undefined, windowBytes?: number): Replayed {
  const replayed: Replayed = {
    isJournal: true,
    entries: new Map(),
    ofOtherVersions: 0,
    files: new Set(),
    wholeBytes: 0,
  };
  const reader = new WindowedReader(source, windowBytes);
  const mark = reader.take(0, Math.min(journalMark.length, source.bytes));
  replayed.isJournal = mark.every((byte, index) => byte === journalMark[index]);
  if (!replayed.isJournal || mark.length < journalMark.length) return replayed;
  let counts = version === undefined;
  let at = journalMark.length;
  for (let number = 1; at < source.bytes; number += 1) {
    const found = recordAt(reader, source.bytes, at);
    if (!found.record) {
      replayed.broken = { record: number, at, isLast: found.end >= source.bytes };
      break;
    }
    if (found.record.type === 'run') counts = version === undefined || found.record.version === version;
    else take(replayed, found.record, at, counts);
    at = found.end;
  }
  replayed.wholeBytes = at;
  return replayed;
}

function take(
  replayed: Replayed,
  record: Exclude<JournalRecord, { type: 'run' }>,
  at: number,
  counts: boolean,
): void {
  const { entries, files } = replayed;
  if (record.type === 'stored') files.add(record.file);
  if (record.type === 'ended') {
    if (counts) for (const [key, entry] of entries) if (entry.type === 'failed') entries.delete(key);
  } else if (!counts) replayed.ofOtherVersions += 1;
  else if (record.type === 'result') entries.set(record.key, { type: 'result', at });
  else if (record.type === 'stored')
    entries.set(record.key, { type: 'stored', file: record.file, bytes: record.bytes });
  else entries.set(record.key, { type: 'failed', error: record.error });
}

/** The record that begins at a byte, if it is whole, and where it ends. */
export function recordAt(
  reader: Pick<WindowedReader, 'take'>,
  bytes: number,
  at: number,
): { record?: JournalRecord; end: number } {
  if (at + headerBytes > bytes) return { end: bytes };
  const { bodyBytes, crc } = headerOf(reader.take(at, headerBytes));
  const end = at + headerBytes + bodyBytes;
  // Zeros are what a crash of the machine leaves where a file had grown already.
  if (bodyBytes === 0 && crc === 0) return { end: bytes };
  if (end > bytes) return { end };
  try {
    return { record: recordIn(valueIn(reader.take(at + headerBytes, bodyBytes), crc)), end };
  } catch {
    return { end };
  }
}

/** Reads small pieces one after the other from large ones. */
export class WindowedReader {
  private from = 0;
  private held: Uint8Array = new Uint8Array();

  /** So much is read at once. */
  constructor(
    private readonly source: ByteSource,
    private readonly windowBytes = 1 << 20,
  ) {}

  take(at: number, bytes: number): Uint8Array {
    if (at < this.from || at + bytes > this.from + this.held.length) {
      this.from = at;
      this.held = this.source.read(at, Math.min(Math.max(bytes, this.windowBytes), this.source.bytes - at));
    }
    return this.held.subarray(at - this.from, at - this.from + bytes);
  }
}
