import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LockstepError } from '../../protocol/errors';
import { checkLauncher, launcherOf, librariesToTry } from './findLibrary';

const openmpi = { OMPI_COMM_WORLD_SIZE: '4', OMPI_COMM_WORLD_RANK: '3', PMIX_RANK: '3' };
const mpich = { PMI_SIZE: '8', PMI_RANK: '5' };
const slurm = { SLURM_PROCID: '2', SLURM_STEP_ID: '0', SLURM_NTASKS: '6' };

describe('which MPI library is used', () => {
  it('knows the launcher by what it leaves in the environment', () => {
    assert.deepEqual(launcherOf(openmpi), { family: 'openmpi', size: 4, rank: 3 });
    assert.deepEqual(launcherOf(mpich), { family: 'mpich', size: 8, rank: 5 });
    assert.deepEqual(launcherOf(slurm), { family: undefined, size: 6, rank: 2 });
    assert.deepEqual(launcherOf({ ...slurm, PMIX_RANK: '2' }), { family: 'openmpi', size: 6, rank: 2 });
    assert.deepEqual(launcherOf({ SLURM_NTASKS: '6' }), { family: undefined, size: 1, rank: 0 });
    assert.deepEqual(launcherOf({}), { family: undefined, size: 1, rank: 0 });
  });

  it("takes the launcher's own first, and the named one alone", () => {
    assert.match(librariesToTry(mpich)[0] ?? '', /mpich/);
    assert.equal(librariesToTry(openmpi)[0], 'libmpi.so.40');
    assert.ok(librariesToTry(openmpi).includes('libmpich.so.12'));
    assert.ok(
      librariesToTry({ ...mpich, LOCKSTEP_MPI_LIBRARY: 'openmpi' }).every((each) => !/mpich/.test(each)),
    );
    assert.deepEqual(librariesToTry({ LOCKSTEP_MPI_LIBRARY: '/opt/mpi/lib.so' }), ['/opt/mpi/lib.so']);
    assert.throws(() => librariesToTry({ LOCKSTEP_MPI_LIBRARY: 'lam' }), { code: 'badArgument' });
  });

  it('notices a launcher that belongs to another library', () => {
    const problem = (environment: Record<string, string>, known: number): string | undefined => {
      try {
        checkLauncher(launcherOf(environment), known, 'MPICH 4.0.2');
        return undefined;
      } catch (error) {
        return LockstepError.from(error).message;
      }
    };
    assert.equal(problem(openmpi, 4), undefined);
    assert.equal(problem({ PMI_SIZE: '1' }, 1), undefined);
    assert.equal(problem({}, 1), undefined);
    assert.match(problem(openmpi, 1) ?? '', /Open MPI's mpiexec has started 4 processes.*\(MPICH 4\.0\.2\)/);
    assert.match(problem(slurm, 1) ?? '', /srun has started 6 .*--mpi=pmix/);
  });
});
