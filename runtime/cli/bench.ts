/** `lockstep bench`: the project's benchmarks, each beside its peer in the same run. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { LockstepError } from '../protocol/errors';

export async function bench(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      cluster: { type: 'string' },
      library: { type: 'string' },
      tasks: { type: 'string' },
    },
  });
  const path = join(__dirname, 'bench.js');
  if (!existsSync(path)) {
    throw new LockstepError('badArgument', {
      name: 'bench',
      value: positionals[0] ?? '',
      expected: 'part of this installation',
      next: 'Benchmarks run from a clone of the repository.',
    });
  }
  const module = createRequire(__filename)(path) as {
    runBenchmark(name: string, options: typeof values): Promise<number>;
  };
  return module.runBenchmark(positionals[0] ?? 'start', values);
}
