// npm run check [name]: the checks beside the tests, or one of them; says at the end which failed.
import { checkNames, runChecks } from './checks.mjs';
import { SetupError, ensureBuilt, ensureDependencies, main } from './setup.mjs';

await main(async () => {
  await ensureDependencies();
  await ensureBuilt(); // the samples are read with the types that the build makes
  const { passed, failed } = await runChecks(process.argv[2]);
  if (failed.length > 0) throw new SetupError(`Failed: ${failed.join(', ')}.`);
  if (passed.length === 0) {
    throw new SetupError(`There is no check "${process.argv[2]}". Checks: ${checkNames.join(', ')}.`);
  }
});
