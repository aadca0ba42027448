import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkExpected, expectedLines, runProgram, sampleFolder } from './runSample';

const program = join(sampleFolder('01-hello'), 'hello.ts');

const greetings = (nodes: number): string[][] =>
  Array.from({ length: nodes }, (_, node) => [`"Hello from node ${node === 0 ? nodes - 1 : node - 1}"`]);

for (const nodes of [1, 2, 4, 7]) {
  test(`hello: each of ${nodes} nodes is greeted by the one to its left`, async () => {
    assert.deepEqual(await runProgram(program, nodes), greetings(nodes));
  });
}

test('hello: prints what its expected.txt says', async () => {
  assert.deepEqual(expectedLines('01-hello'), greetings(4));
  await checkExpected('01-hello', 'hello.ts');
});
