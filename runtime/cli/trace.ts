/** `lockstep run --trace FILE`: writes what the nodes have recorded as a trace for ui.perfetto.dev. */
import { closeSync, openSync, writeSync } from 'node:fs';
import type { Client } from '../client';
import { traceText } from '../core/timeline/perfetto';
import { readRecording } from '../core/timeline/recordingFile';
import { wrong } from './arguments';
import type { Trace } from './reporter';

/** So much text is written at once. */
const chunkChars = 1 << 20;

/** Makes the file, empty; throws LockstepError(badArgument) where it cannot be written, before anything has run. */
export function createTrace(path: string): void {
  try {
    closeSync(openSync(path, 'w'));
  } catch (error) {
    const expected = `a file that can be written (${(error as Error).message.split(',')[0]})`;
    throw wrong('--trace', path, expected, 'Name a file in a folder of yours that exists.');
  }
}

/** Writes the operations of a job into a file. */
export async function writeTrace(client: Client, job: string, path: string): Promise<Trace> {
  const nodes = (await client.request('recordings', { job })).map(({ rank, host, path: from, offsetMs }) => ({
    rank,
    host,
    ...readRecording(from, offsetMs),
  }));
  const { records } = await client.request('faults', { job });
  const file = openSync(path, 'w');
  try {
    let text = '';
    for (const piece of traceText(nodes, records)) {
      text += piece;
      if (text.length < chunkChars) continue;
      writeSync(file, text);
      text = '';
    }
    writeSync(file, text);
  } finally {
    closeSync(file);
  }
  return {
    file: path,
    operations: nodes.reduce((sum, { operations }) => sum + operations.length, 0),
    missing: nodes.reduce((sum, { missing }) => sum + missing, 0),
  };
}
