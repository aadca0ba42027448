/** The rules of the MPI standard on real nodes. */
import * as mpi from 'lockstep';
import { conformanceCases, runCase } from '../../../runtime/mpi/conformance';

export default mpi.spmd(async ({ world, log }) => {
  const cases = conformanceCases.filter(({ atLeast = 1 }) => world.size >= atLeast);
  for (const each of cases) {
    try {
      await runCase(each, world, mpi);
    } catch (error) {
      throw new Error(each.rule, { cause: error });
    }
  }
  if (world.rank === 0) log(`${cases.length} rules hold`);
});
