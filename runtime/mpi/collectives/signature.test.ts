import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MAX, SUM } from '../operations';
import { collectives, describeCollective, describeSignature, encodeSignature } from './signature';

const operationNames = new Map<unknown, string>([
  [undefined, ''],
  [SUM, 'SUM'],
  [MAX, 'MAX'],
  [(a: number) => a, 'a function of its own'],
]);

test('a call goes into 32 bits and comes out in words, each part for itself', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...collectives),
      fc.boolean(),
      fc.constantFrom('', 'ring', 'leaders', 'sharedMemory'),
      fc.constantFrom(...operationNames.keys()),
      fc.option(fc.nat(2 ** 14 - 3), { nil: undefined }),
      (call, nonblocking, algorithm, operation, root) => {
        const signature = encodeSignature({ call, nonblocking, algorithm, operation, root });
        assert.ok(Number.isInteger(signature) && signature >= 0 && signature < 2 ** 32, String(signature));
        const name = operationNames.get(operation) ?? '';
        const agreed = [...(name ? [name] : []), ...(root === undefined ? [] : [`root ${root}`])];
        const all = [...agreed, ...(algorithm ? [`algorithm ${algorithm}`] : [])];
        const words = (details: string[]): string =>
          `${nonblocking ? 'i' : ''}${call}${details.length > 0 ? `(${details.join(', ')})` : ''}`;
        assert.equal(describeSignature(signature), words(all));
        assert.equal(describeCollective(signature), words(agreed));
      },
    ),
  );
});

test('there is room for as many calls again', () => {
  assert.ok(collectives.length * 2 <= 2 ** 7);
});
