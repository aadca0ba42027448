// The suites of `npm test`: where their files lie, how long a file may take, and what has to stand before them.

const minute = 60_000;

/**
 * `timeoutMs` bounds each test file and each test in it; `concurrency` is the number of files at a time: one
 * where a test starts processes of its own and measures them. `load` is how many processors the suite keeps busy on a
 * quiet machine of two, which is what runs beside it is chosen by; `checks` has no files: it is scripts/checks.mjs.
 * With `all` they begin in this order, the longest early, as far as there is room.
 */
export const suites = {
  checks: { folders: [], concurrency: 1, load: 1.6, timeoutMs: 0, needs: ['dist'] },
  unit: {
    folders: ['runtime', 'debug-adapter', 'extension', 'webviews'],
    concurrency: 2,
    load: 1.8,
    timeoutMs: 2 * minute,
    needs: [],
  },
  cluster: { folders: ['test/cluster'], concurrency: 2, load: 1.4, timeoutMs: 5 * minute, needs: ['dist'] },
  editor: {
    folders: ['test/editor'],
    concurrency: 1,
    load: 1.1,
    timeoutMs: 10 * minute,
    needs: ['dist', 'package', 'browser', 'editor', 'sshd', 'slurm', 'mpi'],
  },
  slurm: {
    folders: ['test/slurm'],
    concurrency: 1,
    load: 0.5,
    timeoutMs: 4 * minute,
    needs: ['dist', 'slurm'],
  },
  remote: {
    folders: ['test/remote'],
    concurrency: 2,
    load: 0.9,
    timeoutMs: 6 * minute,
    needs: ['dist', 'sshd', 'network'],
  },
  mpi: {
    folders: ['test/mpi'],
    concurrency: 1,
    load: 0.8,
    timeoutMs: 4 * minute,
    needs: ['dist', 'mpi', 'network'],
  },
  dap: { folders: ['test/dap'], concurrency: 2, load: 0.9, timeoutMs: 5 * minute, needs: ['dist', 'sshd'] },
  security: { folders: ['test/security'], concurrency: 1, load: 0.8, timeoutMs: 2 * minute, needs: ['dist'] },
  views: {
    folders: ['test/views'],
    concurrency: 2,
    load: 1.7,
    timeoutMs: 5 * minute,
    needs: ['dist', 'browser'],
  },
  samples: { folders: ['test/samples'], concurrency: 2, load: 1.2, timeoutMs: 5 * minute, needs: ['dist'] },
};
