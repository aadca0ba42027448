import assert from 'node:assert/strict';
import { totalmem } from 'node:os';
import { test } from 'node:test';
import { defaultHeapMiB, heapLimits, ownHeapMiB, ownMachineSize } from './machineSize';

test('three quarters of the memory are shared between the nodes, but no core of a large machine counts for more than one', () => {
  assert.equal(defaultHeapMiB({ memoryMiB: 16_384, cores: 2 }, 8), 1536);
  assert.equal(defaultHeapMiB({ memoryMiB: 16_384, cores: 8 }, 1), 1536);
});

test('a limit is neither too small to start nor larger than what V8 takes by itself', () => {
  assert.equal(defaultHeapMiB({ memoryMiB: 1024, cores: 1 }, 64), 128);
  assert.equal(defaultHeapMiB({ memoryMiB: 1 << 20, cores: 4 }, 4), ownHeapMiB);
});

test('each rank has its share of the machine on which it runs', () => {
  const small = { size: { memoryMiB: 1024, cores: 2 } };
  const large = { size: { memoryMiB: 2048, cores: 2 } };
  assert.deepEqual(heapLimits([small, small, large]), [384, 384, 768]);
});

test('this machine has memory and cores', () => {
  const { memoryMiB, cores } = ownMachineSize();
  assert.ok(cores >= 1);
  assert.ok(memoryMiB >= 128 && memoryMiB <= totalmem() / 2 ** 20);
});
