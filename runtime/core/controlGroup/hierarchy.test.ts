import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownGroup } from './hierarchy';

const unified = '30 24 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate';
const memory = '41 31 0:35 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory';
const hybrid = '43 31 0:37 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw';

test('in version 2 it is the group of the one tree', () => {
  assert.deepEqual(ownGroup(unified, '0::/user.slice/user-1000.slice/session-2.scope\n'), {
    version: 2,
    directory: '/sys/fs/cgroup/user.slice/user-1000.slice/session-2.scope',
    top: '/sys/fs/cgroup',
  });
});

test('where both are mounted, the tree with the memory controller counts', () => {
  assert.deepEqual(ownGroup(`${hybrid}\n${memory}`, '9:cpu,cpuacct:/a\n4:memory:/lab/ada\n0::/other\n'), {
    version: 1,
    directory: '/sys/fs/cgroup/memory/lab/ada',
    top: '/sys/fs/cgroup/memory',
  });
});

test('in a container that sees a part of the tree, the path is that below the part', () => {
  const part = '41 31 0:35 /docker/1234 /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory';
  assert.equal(ownGroup(part, '4:memory:/docker/1234')?.directory, '/sys/fs/cgroup/memory');
  assert.equal(ownGroup(part, '4:memory:/docker/1234/job')?.directory, '/sys/fs/cgroup/memory/job');
  assert.equal(ownGroup(part, '4:memory:/docker/12345'), undefined);
});

test('a group outside of the namespace is none, and neither is one whose tree is not mounted', () => {
  assert.equal(ownGroup(unified, '0::/../sibling'), undefined);
  assert.equal(ownGroup('22 1 8:1 / / rw - ext4 /dev/sda1 rw', '0::/user.slice'), undefined);
  assert.equal(ownGroup('', ''), undefined);
});

test('blanks in a mount point are written in octal', () => {
  const blank = String.raw`30 24 0:26 / /mnt/my\040groups rw - cgroup2 cgroup2 rw`;
  assert.equal(ownGroup(blank, '0::/a')?.directory, '/mnt/my groups/a');
});
