import assert from 'node:assert/strict';
import { dirname, resolve } from 'node:path';
import { test } from 'node:test';
import { LockstepError } from '../protocol/errors';
import { parseNodeArguments, parseRunArguments, wantsJson } from './runArguments';

const program = resolve('lab/hello.ts');

test('a program alone runs as its cluster says', () => {
  assert.deepEqual(parseRunArguments(['lab/hello.ts']).spec, {
    program,
    nodes: undefined,
    cluster: undefined,
    args: [],
    env: {},
    cwd: dirname(program),
    transport: 'auto',
    eagerLimitBytes: undefined,
    faultTolerant: undefined,
    faults: undefined,
    journal: undefined,
    hold: false,
    stopOnEntry: false,
  });
});

test('options may stand before and behind the program, and be written with =', () => {
  for (const args of [
    ['lab/hello.ts', '--nodes', '7', '--cluster', 'lab', '--transport', 'socket', '--json'],
    ['--nodes=7', '--cluster=lab', '--json', '--transport=socket', 'lab/hello.ts'],
    ['-n', '7', '--json', 'lab/hello.ts', '--cluster', 'lab', '--transport', 'socket'],
  ]) {
    const spec = parseRunArguments(args).spec;
    assert.equal(wantsJson(args), true);
    assert.deepEqual(
      [spec.program, spec.nodes, spec.cluster, spec.transport],
      [program, 7, 'lab', 'socket'],
      args.join(' '),
    );
  }
});

test('a journal is a folder, whose path is taken from here; without one there is nothing of another version', () => {
  const { journal } = parseRunArguments(['lab/hello.ts', '--journal', 'J', '--journal-any-version']).spec;
  assert.deepEqual(journal, { folder: resolve('J'), anyVersion: true });
  assert.throws(
    () => parseRunArguments(['lab/hello.ts', '--journal-any-version']),
    /Name its folder with --journal/,
  );
});

test('an MPI launcher is asked for by the name of its MPI', () => {
  assert.equal(parseRunArguments(['lab/hello.ts']).spec.mpi, undefined);
  assert.deepEqual(parseRunArguments(['lab/hello.ts', '--mpi', 'mpich']).spec.mpi, { family: 'mpich' });
  assert.deepEqual(parseRunArguments(['lab/hello.ts', '--mpi=auto']).spec.mpi, {});
  assert.throws(
    () => parseRunArguments(['lab/hello.ts', '--mpi', 'lam']),
    /--mpi: lam is not one of auto, mpich/,
  );
});

test('a process of a launcher knows the start that it belongs to', () => {
  const start = { runDirectory: '/run/user/1/lockstep-x', number: 2 };
  assert.equal(parseNodeArguments(['lab/hello.ts']).start, undefined);
  const parsed = parseNodeArguments(['lab/hello.ts', '--start', JSON.stringify(start)]);
  assert.deepEqual(parsed.start, start);
  assert.deepEqual([parsed.spec.program, parsed.spec.transport], [program, 'mpi']);
});

test('a trace goes into a file, whose path is taken from here', () => {
  const { spec, trace } = parseRunArguments(['lab/hello.ts', '--trace', 'out/trace.json']);
  assert.equal(trace, resolve('out/trace.json'));
  assert.equal(spec.trace, true);
  assert.equal(parseRunArguments(['lab/hello.ts']).trace, undefined);
});

test('what follows -- is the program’s, whatever it looks like', () => {
  const own = ['--nodes', '9', '--', 'x', '--json', '-h'];
  const args = ['lab/hello.ts', '--nodes', '2', '--', ...own];
  const spec = parseRunArguments(args).spec;
  assert.equal(wantsJson(args), false);
  assert.equal(spec.nodes, 2);
  assert.deepEqual(spec.args, own);
  assert.deepEqual(parseRunArguments(['lab/hello.ts', '--']).spec.args, []);
});

test('a job can be asked to outlive its nodes', () => {
  assert.equal(parseRunArguments(['a.ts', '--fault-tolerant']).spec.faultTolerant, true);
});

test('the eager limit is a number of bytes', () => {
  assert.equal(parseRunArguments(['a.ts', '--eager-limit', '0']).spec.eagerLimitBytes, 0);
  assert.equal(parseRunArguments(['a.ts', '--eager-limit=1024']).spec.eagerLimitBytes, 1024);
  for (const value of ['-1', '64k', '', '2147483648', '1.5']) {
    assert.throws(() => parseRunArguments(['a.ts', `--eager-limit=${value}`]).spec, {
      code: 'badArgument',
      message: /--eager-limit: .*whole number from 0 to 2147483647.*Try --eager-limit 0/,
    });
  }
});

const wrong: [args: string[], words: string[]][] = [
  [[], ['path of a program', 'lockstep run hello.ts']],
  [['--', 'x'], ['path of a program']],
  [
    ['a.ts', 'b'],
    ['b', 'lockstep run a.ts -- b'],
  ],
  ...['0', '257', '-1', '2.5', '1e1', 'many', '', ' 4'].map((nodes): [string[], string[]] => [
    ['a.ts', `--nodes=${nodes}`],
    ['--nodes', nodes, 'from 1 to 256'],
  ]),
  [
    ['a.ts', '--transport', 'pigeon'],
    ['--transport', 'pigeon', 'auto, shm, socket'],
  ],
  [
    ['a.ts', '--node', '4'],
    ['--node', '--help'],
  ],
  [
    ['a.ts', '--nodes'],
    ['--nodes', '--help'],
  ],
  [
    ['a.ts', '--json=yes'],
    ['--json', '--help'],
  ],
  [
    ['a.ts', '--nodes', '--json'],
    ['--nodes', '--help'],
  ],
];
for (const [args, words] of wrong) {
  test(`"lockstep run ${args.join(' ')}" is one clear sentence`, () => {
    assert.throws(
      () => parseRunArguments(args).spec,
      (error: unknown) => {
        assert.ok(error instanceof LockstepError);
        assert.equal(error.code, 'badArgument');
        for (const word of words) assert.ok(error.message.includes(word), `${word}: ${error.message}`);
        assert.ok(!error.message.includes('undefined') && !error.message.includes('\n'), error.message);
        return true;
      },
    );
  });
}
