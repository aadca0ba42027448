/** What a journal says, record by record. */
import { errorKinds, type WireError } from '../../protocol/errors';
import type { Packed } from '../wire';
import { frameOf } from './frame';

/**
 * - `run`: a run begins; what follows is of this version of the program
 * - `result`: a task is done, and this is its result
 * - `stored`: a task is done, and its result is the file of this name
 * - `failed`: a task has failed for good
 * - `ended`: the program has ended by itself; what had failed is tried again by the next run
 */
export type JournalRecord =
  | { type: 'run'; version: string }
  | { type: 'result'; key: string; value: Packed }
  | { type: 'stored'; key: string; file: string; bytes: number }
  | { type: 'failed'; key: string; error: WireError }
  | { type: 'ended' };

/** The first elements of a record as it is written. */
const kinds = { run: 0, result: 1, stored: 2, failed: 3, ended: 4 } as const;

/** A record as a frame. */
export function recordFrame(record: JournalRecord): Uint8Array {
  const kind = kinds[record.type];
  switch (record.type) {
    case 'run':
      return frameOf([kind, record.version]);
    case 'result':
      return frameOf([kind, record.key, record.value]);
    case 'stored':
      return frameOf([kind, record.key, record.file, record.bytes]);
    case 'failed':
      return frameOf([kind, record.key, JSON.stringify(record.error)]);
    case 'ended':
      return frameOf([kind]);
  }
}

/** The record that a frame's value is; undefined for what is none. */
export function recordIn(value: unknown): JournalRecord | undefined {
  if (!Array.isArray(value)) return undefined;
  const [kind, first, second, third] = value as unknown[];
  if (kind === kinds.ended) return { type: 'ended' };
  if (typeof first !== 'string') return undefined;
  switch (kind) {
    case kinds.run:
      return { type: 'run', version: first };
    case kinds.result:
      return isPacked(second) ? { type: 'result', key: first, value: second } : undefined;
    case kinds.stored:
      return typeof second === 'string' && /^[0-9a-f]{64}$/.test(second) && typeof third === 'number'
        ? { type: 'stored', key: first, file: second, bytes: third }
        : undefined;
    case kinds.failed: {
      const error = typeof second === 'string' ? errorIn(second) : undefined;
      return error && { type: 'failed', key: first, error };
    }
    default:
      return undefined;
  }
}

/** True for what `pack` returns. */
export function isPacked(value: unknown): value is Packed {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return true;
  if (!Array.isArray(value)) return false;
  const [kind, ...parts] = value as unknown[];
  return Number.isInteger(kind) && parts.every((part) => part instanceof Uint8Array);
}

function errorIn(text: string): WireError | undefined {
  try {
    const error = JSON.parse(text) as Partial<WireError> | null;
    const isError =
      typeof error?.code === 'string' &&
      Object.hasOwn(errorKinds, error.code) &&
      typeof error.data === 'object';
    return isError ? (error as WireError) : undefined;
  } catch {
    return undefined;
  }
}
