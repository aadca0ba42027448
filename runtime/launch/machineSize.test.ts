import assert from 'node:assert/strict';
import { totalmem } from 'node:os';
import { test } from 'node:test';
import { defaultHeapMiB, heapLimits, ownMachineSize } from './machineSize';

test('half of the memory is shared between the nodes, but no core of a large machine counts for more than one', () => {
  assert.equal(defaultHeapMiB({ memoryMiB: 16_384, cores: 2 }, 4), 2048);
  assert.equal(defaultHeapMiB({ memoryMiB: 16_384, cores: 8 }, 1), 1024);
});

test('a limit is neither too small to start nor larger than a node needs', () => {
  assert.equal(defaultHeapMiB({ memoryMiB: 1024, cores: 1 }, 64), 128);
  assert.equal(defaultHeapMiB({ memoryMiB: 1 << 20, cores: 4 }, 4), 4096);
});

test('each rank has its share of the machine on which it runs', () => {
  const small = { size: { memoryMiB: 2048, cores: 2 } };
  const large = { size: { memoryMiB: 16_384, cores: 2 } };
  assert.deepEqual(heapLimits([small, small, large]), [512, 512, 4096]);
});

test('this machine has memory and cores', () => {
  const { memoryMiB, cores } = ownMachineSize();
  assert.ok(cores >= 1);
  assert.ok(memoryMiB >= 128 && memoryMiB <= totalmem() / 2 ** 20);
});
