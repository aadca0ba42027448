import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { thisProcess } from '../processOwner';
import { sweepPlace } from './leftoverGroups';
import { makeNodeGroup, ownerGroupName, removeUpward } from './nodeGroup';
import { placeOf } from './place';

/** A tree of folders with the files that the kernel has in its groups. */
let tree = '';
beforeEach(() => {
  tree = mkdtempSync(join(tmpdir(), 'groups-'));
});
afterEach(() => rmSync(tree, { recursive: true, force: true }));

/** Makes a group with files in it. */
function group(path: string, files: Record<string, string> = {}): string {
  const directory = join(tree, path);
  mkdirSync(directory, { recursive: true });
  for (const [name, text] of Object.entries({ 'cgroup.procs': '', ...files }))
    writeFileSync(join(directory, name), text);
  return directory;
}

const around = (path: string, isRoot = false) => ({
  mountinfo: `30 24 0:26 / ${tree} rw - cgroup2 cgroup2 rw`,
  membership: `0::/${path}`,
  isRoot,
  inSlurm: false,
});
const handingOn = { 'cgroup.controllers': 'cpu memory pids', 'cgroup.subtree_control': 'memory pids' };

describe('version 2', () => {
  test('the place is the nearest group above that hands memory on', () => {
    group('user', handingOn);
    const manager = group('user/manager', handingOn);
    group('user/manager/terminal', { 'cgroup.controllers': 'memory pids', 'cgroup.subtree_control': '' });
    assert.deepEqual(placeOf(around('user/manager/terminal')), { version: 2, directory: manager });
  });

  test('nobody leaves a group that has a memory limit', () => {
    group('user', handingOn);
    const limited = {
      'cgroup.controllers': 'memory',
      'cgroup.subtree_control': '',
      'memory.max': '1073741824',
    };
    group('user/limited', limited);
    assert.match(reasonOf(around('user/limited')), /may not make control groups that hold memory/);
  });

  test('root stays below its own group', () => {
    group('user', handingOn);
    group('user/container', { 'cgroup.controllers': 'memory', 'cgroup.subtree_control': '' });
    assert.match(reasonOf(around('user/container', true)), /may not make control groups/);
  });

  test('no group hands memory on: there is no place', () => {
    group('user/terminal', { 'cgroup.controllers': 'pids', 'cgroup.subtree_control': '' });
    assert.match(reasonOf(around('user/terminal')), /may not make control groups/);
  });
});

test('in an allocation of Slurm there is none, whose limits hold already', () => {
  group('user', handingOn);
  assert.match(reasonOf({ ...around('user'), inSlurm: true }), /Slurm/);
});

test('a system without control groups says so', () => {
  assert.match(
    reasonOf({ mountinfo: '', membership: '', isRoot: false, inSlurm: false }),
    /no control groups/,
  );
});

test('a node’s group is made with its limit below groups of its owner and its job, which hand memory on', () => {
  const { directory } = makeNodeGroup(
    { version: 2, directory: tree },
    { job: 3, rank: 2, memoryLimitMiB: 100 },
  );
  assert.equal(directory, join(tree, ownerGroupName(thisProcess()), 'job-3', 'node-2'));
  assert.equal(readFileSync(join(directory, 'memory.max'), 'utf8'), String(100 * 2 ** 20));
  assert.equal(readFileSync(join(directory, '..', 'cgroup.subtree_control'), 'utf8'), '+memory');
});

test('a group goes with those above it that are empty then; another node’s stays', () => {
  const owner = 'lockstep-1-1';
  for (const node of ['node-0', 'node-1']) mkdirSync(join(tree, owner, 'job-1', node), { recursive: true });
  assert.equal(removeUpward(join(tree, owner, 'job-1', 'node-0')), true);
  assert.equal(removeUpward(join(tree, owner, 'job-1', 'node-1')), true);
  assert.equal(sweepPlace({ directory: tree }), true);
  assert.throws(() => readFileSync(join(tree, owner)), { code: 'ENOENT' });
});

test('groups of processes that are gone are swept; of living ones, and those of others, stay', () => {
  const dead = join(tree, 'lockstep-1-77', 'job-1', 'node-0');
  const living = join(tree, ownerGroupName(thisProcess()), 'job-1', 'node-0');
  const foreign = join(tree, 'somebody-else');
  for (const directory of [dead, living, foreign]) mkdirSync(directory, { recursive: true });
  assert.equal(sweepPlace({ directory: tree }), true);
  assert.throws(() => readFileSync(join(tree, 'lockstep-1-77')), { code: 'ENOENT' });
  for (const directory of [living, foreign]) assert.throws(() => readFileSync(directory), { code: 'EISDIR' });
});

function reasonOf(surroundings: Parameters<typeof placeOf>[0]): string {
  const place = placeOf(surroundings);
  return 'reason' in place ? place.reason : `there is one: ${place.directory}`;
}
