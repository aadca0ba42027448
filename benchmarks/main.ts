/**
 * The project beside its peers: `lockstep bench NAME`. Start here; each benchmark is a file of its own.
 * Measured are real runs of the real commands; times are medians of runs that take turns with the peer's.
 */
import { LockstepError } from '../runtime/protocol/errors';
import { benchCollectives } from './collectives';
import { benchCrowd } from './crowd';
import { benchDebug } from './debug';
import { benchMetrics } from './metrics';
import { benchP2p } from './p2p';
import { benchP2pCluster } from './p2pCluster';
import { benchP2pLibrary } from './p2pLibrary';
import { formatTable, type Row } from './row';
import { benchScale } from './scale';
import { benchStart } from './start';
import { benchTasks } from './tasks';
import { benchTrace } from './trace';

interface Options {
  json: boolean;
  /** A cluster of `lockstep.json`, for benchmarks that can run on one. */
  cluster?: string;
  /** An MPI library, for those that can run through one. */
  library?: string;
  /** How many tasks. */
  tasks?: string;
}

const benchmarks: Record<string, (options: Options) => Promise<Row[]>> = {
  start: benchStart,
  debug: benchDebug,
  scale: benchScale,
  metrics: benchMetrics,
  p2p({ cluster, library }) {
    if (library !== undefined) return benchP2pLibrary(library);
    return cluster === undefined ? benchP2p() : benchP2pCluster(cluster);
  },
  crowd: benchCrowd,
  collectives: benchCollectives,
  tasks: ({ tasks }) => benchTasks(tasks === undefined ? undefined : Number(tasks)),
  trace: benchTrace,
};

/** Names of the benchmarks, in the order in which `all` runs them. */
export const benchmarkNames = Object.keys(benchmarks);

/** Runs one benchmark, or all; prints its rows as a table or, with `json`, one object a line. Answers the exit code. */
export async function runBenchmark(name: string, options: Options): Promise<number> {
  if (name !== 'all' && !(name in benchmarks)) {
    throw new LockstepError('badArgument', {
      name: 'bench',
      value: `"${name}"`,
      expected: 'the name of a benchmark',
      next: `Take one of: ${benchmarkNames.join(', ')}, all.`,
    });
  }
  const rows: Row[] = [];
  for (const each of name === 'all' ? benchmarkNames : [name]) {
    const measured = (await benchmarks[each]?.(options)) ?? [];
    if (options.json) for (const row of measured) console.log(JSON.stringify(row));
    rows.push(...measured);
  }
  if (!options.json) for (const line of formatTable(rows)) console.log(line);
  return 0;
}
