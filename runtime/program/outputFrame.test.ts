import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FrameReader, frameTypes } from '../core/framing';
import { encodeOutput, parseOutput } from './outputFrame';

test('text of each stream comes out as it went in', () => {
  for (const stream of ['stdout', 'stderr', 'log', 'lockstep'] as const) {
    for (const text of ['', 'line\n', 'über €🙂\n\n', '\u0000']) {
      const seen: unknown[] = [];
      new FrameReader((type, body) => seen.push(type, parseOutput(body))).push(encodeOutput(stream, text));
      assert.deepEqual(seen, [frameTypes.output, { stream, text }]);
    }
  }
});
