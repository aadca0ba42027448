import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mpiLaunch } from './mpiLaunch';

test('a launch configuration asks for a launcher by its MPI, by its path, or by both', () => {
  assert.equal(mpiLaunch({}), undefined);
  assert.equal(mpiLaunch({ mpi: false, mpiexec: 'mpiexec' }), undefined);
  assert.deepEqual(mpiLaunch({ mpi: true }), { command: undefined, options: [] });
  assert.deepEqual(mpiLaunch({ mpi: 'mpich' }), { family: 'mpich', command: undefined, options: [] });
  assert.deepEqual(mpiLaunch({ mpiexec: '/opt/mpi/mpiexec' }), { command: '/opt/mpi/mpiexec', options: [] });
  assert.deepEqual(mpiLaunch({ mpi: 'openmpi', mpiexec: ['mpiexec', '--host', 'a:2'] }), {
    family: 'openmpi',
    command: 'mpiexec',
    options: ['--host', 'a:2'],
  });
});
