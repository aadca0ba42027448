import assert from 'node:assert/strict';
import { test } from 'node:test';
import { redirectOutput } from './programOutput';

test('the streams and the console print where they are led, characters whole and in order', (context) => {
  const own = (['stdout', 'stderr'] as const).map((name) => Object.getOwnPropertyDescriptor(process, name));
  context.after(() => {
    for (const [i, name] of ['stdout', 'stderr'].entries())
      Object.defineProperty(process, name, own[i] ?? {});
  });
  const seen: [string, string][] = [];
  redirectOutput((stream, text) => seen.push([stream, text]));
  process.stdout.write('a');
  const [first, ...rest] = Buffer.from('€');
  process.stdout.write(Buffer.from([first ?? 0]));
  process.stderr.write('b\n');
  process.stdout.write(Buffer.from(rest));
  process.stdout.end('c');
  assert.deepEqual(
    seen.filter(([, text]) => text !== ''),
    [
      ['stdout', 'a'],
      ['stderr', 'b\n'],
      ['stdout', '€'],
      ['stdout', 'c'],
    ],
  );
});
