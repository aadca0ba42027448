import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { operationBytes, operationFields } from '../../protocol/operations';
import { readRecording, RecordingFile } from './recordingFile';

/** Records with these clocks, which end at the time that their clock says. */
function records(...clocks: number[]): Uint8Array {
  const bytes = new Uint8Array(clocks.length * operationBytes);
  const numbers = new Float64Array(bytes.buffer);
  const { wide } = operationFields;
  for (const [i, clock] of clocks.entries()) {
    numbers[i * 8 + wide.clock] = clock;
    numbers[i * 8 + wide.endMs] = clock;
  }
  return bytes;
}

describe('recording file', () => {
  let folder = '';
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'recording-'))));
  afterEach(() => rmSync(folder, { recursive: true }));
  const path = (): string => join(folder, 'node');

  it('brings back what was added, with words and times of the coordinator', () => {
    const file = new RecordingFile(path());
    file.add(records(1, 2), 3);
    file.words({ names: ['send'], sites: [] });
    file.add(records(5));
    file.close();
    const { operations, missing } = readRecording(path(), 100);
    assert.deepEqual(
      operations.map(({ clock, endMs }) => [clock, endMs]),
      [
        [1, 101],
        [2, 102],
        [5, 105],
      ],
    );
    assert.equal(missing, 3);
  });

  it('keeps the newest, in their order, and counts those that it does not', () => {
    const file = new RecordingFile(path(), 4);
    file.add(records(1, 2, 3));
    file.add(records(4, 5, 6, 7, 8, 9));
    file.close();
    const { operations, missing } = readRecording(path(), 0);
    assert.deepEqual(
      operations.map(({ clock }) => clock),
      [6, 7, 8, 9],
    );
    assert.equal(missing, 5);
  });

  it('is empty where there is no file', () => {
    assert.deepEqual(readRecording(join(folder, 'none'), 0), { operations: [], missing: 0 });
  });
});
