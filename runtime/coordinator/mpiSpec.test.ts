import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { JobSpec } from '../protocol/job';
import { checkMpiSpec } from './mpiSpec';

const spec: JobSpec = {
  program: '/nowhere/ring.ts',
  args: [],
  env: {},
  transport: 'auto',
  mpi: {},
  hold: true,
  stopOnEntry: false,
};

test('messages travel through the MPI library, between as many nodes as are asked for', () => {
  const { spec: checked, size } = checkMpiSpec({ ...spec, nodes: 3 }, '/nowhere');
  assert.deepEqual([checked.transport, checked.hold, size], ['mpi', true, 3]);
});

test('without a number it is that of the default cluster, of whatever type', () => {
  const folder = mkdtempSync(join(tmpdir(), 'spec-'));
  try {
    const lab = { type: 'ssh', nodes: 6, hosts: ['a', 'b'] };
    writeFileSync(join(folder, 'lockstep.json'), JSON.stringify({ default: 'lab', clusters: { lab } }));
    assert.equal(checkMpiSpec({ ...spec, program: join(folder, 'ring.ts') }, '/nowhere').size, 6);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('what the launcher decides, or cannot do, is refused by name', () => {
  const refused = (part: Partial<JobSpec>, words: RegExp) =>
    assert.throws(() => checkMpiSpec({ ...spec, ...part }, '/nowhere'), words);
  refused({ cluster: 'lab' }, /^LockstepError: cluster: lab is not .*--host a:2,b:2/);
  refused({ transport: 'socket' }, /transport: socket is not .* Leave it out\./);
  refused({ faultTolerant: true }, /faultTolerant: true is not possible under mpiexec/);
  refused({ nodes: 0 }, /nodes: 0 is not a whole number from 1/);
});
