// The suites of `npm test`: where their files lie, how long a file may take, and what has to stand before them.

const minute = 60_000;

/**
 * `timeoutMs` bounds each test file and each test in it; `concurrency` is the number of files at a time: one
 * where a test starts processes of its own and measures them. `checks` has no files: it is scripts/checks.mjs.
 */
export const suites = {
  checks: { folders: [], concurrency: 1, timeoutMs: 0, needs: ['dist'] },
  unit: {
    folders: ['runtime', 'debug-adapter', 'extension', 'webviews'],
    concurrency: 2,
    timeoutMs: 2 * minute,
    needs: [],
  },
  cluster: { folders: ['test/cluster'], concurrency: 2, timeoutMs: 5 * minute, needs: ['dist'] },
  security: { folders: ['test/security'], concurrency: 1, timeoutMs: 2 * minute, needs: ['dist'] },
  remote: {
    folders: ['test/remote'],
    concurrency: 2,
    timeoutMs: 6 * minute,
    needs: ['dist', 'sshd', 'network'],
  },
  slurm: { folders: ['test/slurm'], concurrency: 1, timeoutMs: 4 * minute, needs: ['dist', 'slurm'] },
  mpi: { folders: ['test/mpi'], concurrency: 1, timeoutMs: 4 * minute, needs: ['dist', 'mpi', 'network'] },
  dap: { folders: ['test/dap'], concurrency: 2, timeoutMs: 5 * minute, needs: ['dist', 'sshd'] },
  views: { folders: ['test/views'], concurrency: 2, timeoutMs: 5 * minute, needs: ['dist', 'browser'] },
  samples: { folders: ['test/samples'], concurrency: 2, timeoutMs: 5 * minute, needs: ['dist'] },
  editor: {
    folders: ['test/editor'],
    concurrency: 1,
    timeoutMs: 10 * minute,
    needs: ['dist', 'package', 'browser', 'editor', 'sshd', 'slurm', 'mpi'],
  },
};
