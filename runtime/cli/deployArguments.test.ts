import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { LockstepError } from '../protocol/errors';
import { parseDeployArguments } from './deployArguments';

const workspace = resolve('lab');

test('a program alone is deployed under its own name, all in service, with half a minute for its health', () => {
  assert.deepEqual(parseDeployArguments(['services/airports.ts'], workspace), {
    name: 'airports',
    json: false,
    spec: {
      program: resolve(workspace, 'services/airports.ts'),
      workspace,
      cluster: undefined,
      nodes: undefined,
      minimum: undefined,
      healthTimeoutMs: 30_000,
      args: [],
    },
  });
});

test('all can be named, and what follows -- is the program’s', () => {
  const text =
    'a.ts --name b --nodes 5 --cluster lab --min-in-service 3 --health-timeout 7 --json -- --name c';
  const { name, json, spec } = parseDeployArguments(text.split(' '), workspace);
  assert.deepEqual([name, json], ['b', true]);
  assert.deepEqual(
    [spec.nodes, spec.cluster, spec.minimum, spec.healthTimeoutMs, spec.args],
    [5, 'lab', 3, 7000, ['--name', 'c']],
  );
});

const wrong: [args: string[], words: string[]][] = [
  [[], ['path of a program', 'lockstep deploy']],
  [
    ['a.ts', '--name', 'a b'],
    ['"a b"', '--name'],
  ],
  [
    ['a.ts', '--name', '../a'],
    ['"../a"', '--name'],
  ],
  [['a b.ts'], ['"a b"', '--name']],
  [
    ['a.ts', '--min-in-service', 'all'],
    ['--min-in-service', 'all'],
  ],
  [
    ['a.ts', '--health-timeout', '0'],
    ['--health-timeout', 'from 1', 'seconds'],
  ],
  [
    ['a.ts', '--nodes', '0'],
    ['--nodes', 'from 1 to 256'],
  ],
  [
    ['a.ts', '--min', '1'],
    ['--min', '--help'],
  ],
];

for (const [args, words] of wrong) {
  test(`lockstep deploy ${args.join(' ')} says what is wrong`, () => {
    assert.throws(
      () => parseDeployArguments(args, workspace),
      (error: unknown) =>
        error instanceof LockstepError && words.every((word) => error.message.includes(word)),
    );
  });
}
