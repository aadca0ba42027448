import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { type Finished, lockstep, startLockstep } from './commandLine';
import { cleared, root, withoutLeaks } from './leakCheck';
import { programOf } from './withCluster';
import { measured } from './measured';

const hello = join(root, 'samples', '01-hello', 'hello.ts');

/** Runs `body` in a folder with these files, and fails if a process or a directory is left. */
function inFolder(files: Record<string, string>, body: (folder: string) => Promise<void>): Promise<void> {
  return withoutLeaks(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'workspace-'));
    try {
      for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
      await body(folder);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}

const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1) ?? '';

interface Row {
  type: string;
  timeMs: number;
  node?: number;
  text?: string;
  ok?: boolean;
  error?: { code: string; message: string };
  rank?: number;
  [key: string]: unknown;
}

/** The rows of a run with `--json`: each a whole object with its time, the last one `finished`. */
function rowsOf({ stdout }: Finished): Row[] {
  assert.ok(stdout.endsWith('\n'));
  const rows = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Row);
  for (const row of rows) {
    assert.equal(typeof row.type, 'string');
    assert.ok(Math.abs(row.timeMs - Date.now()) < 600_000, JSON.stringify(row));
  }
  assert.equal(rows.filter(({ type }) => type === 'finished').length, 1);
  assert.equal(rows.at(-1)?.type, 'finished');
  return rows;
}

describe('lockstep run', () => {
  test('prints each line behind its rank, and nothing else', () =>
    inFolder({}, async (folder) => {
      const { code, stdout, stderr } = await lockstep(['run', hello, '--nodes', '3'], folder);
      assert.equal(code, 0, stderr);
      assert.equal(stderr, '');
      assert.deepEqual(stdout.trimEnd().split('\n').sort(), [
        '[0] "Hello from node 2"',
        '[1] "Hello from node 0"',
        '[2] "Hello from node 1"',
      ]);
    }));

  test('a node has the environment of the command, but nothing of what is meant for other processes', () =>
    inFolder(
      {
        'environment.ts': programOf(
          'const { NODE_EXTRA_CA_CERTS, NODE_OPTIONS, COURSE } = process.env; log([NODE_EXTRA_CA_CERTS, NODE_OPTIONS, COURSE].join());',
        ),
      },
      async (folder) => {
        const env = { NODE_EXTRA_CA_CERTS: 'own.pem', NODE_OPTIONS: '--no-warnings', COURSE: 'parallel' };
        const { code, stdout, stderr } = await lockstep(
          ['run', 'environment.ts', '--nodes', '1'],
          folder,
          env,
        );
        assert.equal(code, 0, stderr);
        assert.equal(stdout, '[0] own.pem,,parallel\n');
      },
    ));

  test('gives the program its arguments, folder and streams', () =>
    inFolder(
      { 'p.ts': programOf(`log(args.join('|'), process.cwd()); console.error('to stderr');`) },
      async (folder) => {
        const all = ['run', 'p.ts', '--nodes', '1', '--', '--x', 'y z'];
        const { code, stdout, stderr } = await lockstep(all, folder);
        assert.deepEqual([code, stdout, stderr], [0, `[0] --x|y z ${folder}\n`, '[0] to stderr\n']);
      },
    ));

  test('--json: one object a line, metrics of each node, the last one finished', () =>
    inFolder(
      {
        'p.ts': programOf(
          `log('two\\nlines'); const end = Date.now() + 1200; while (Date.now() < end); world.barrier();`,
        ),
      },
      async (folder) => {
        const ended = await lockstep(['run', 'p.ts', '--nodes', '2', '--json'], folder);
        const rows = rowsOf(ended);
        assert.equal(ended.code, 0);
        assert.equal(rows.at(-1)?.ok, true);
        const output = rows.filter(({ type }) => type === 'output');
        assert.deepEqual(output.map(({ node, text, stream }) => `${node} ${text} ${String(stream)}`).sort(), [
          '0 lines log',
          '0 two log',
          '1 lines log',
          '1 two log',
        ]);
        const metrics = rows.filter(({ type }) => type === 'metrics');
        for (const node of [0, 1]) {
          const of = metrics.filter((row) => row.node === node);
          assert.ok(of.length >= 2, `${of.length} samples of node ${node}`);
          for (const { cpuShare, rssBytes, heapUsedBytes, blockedShare } of of) {
            assert.ok((cpuShare as number) >= 0 && (rssBytes as number) > 1e6);
            assert.ok(
              (heapUsedBytes as number) >= 0 &&
                (blockedShare as number) >= 0 &&
                (blockedShare as number) <= 1,
            );
          }
        }
        assert.ok(rows.some(({ type, node, state }) => type === 'node' && node === 1 && state === 'done'));
      },
    ));

  test('--json: traffic counts the messages that were sent', () =>
    inFolder(
      {
        'p.ts': programOf(
          `if (world.rank === 0) for (let i = 0; i < 50; i += 1) world.send(i, 1); else for (let i = 0; i < 50; i += 1) world.recv(0);`,
        ),
      },
      async (folder) => {
        const rows = rowsOf(await lockstep(['run', 'p.ts', '--nodes', '2', '--json'], folder));
        const edges = rows
          .filter(({ type }) => type === 'traffic')
          .flatMap((row) => row.edges as { source: number; destination: number; messages: number }[]);
        const sent = edges.filter(({ source, destination }) => source === 0 && destination === 1);
        assert.equal(
          sent.reduce((sum, { messages }) => sum + messages, 0),
          50,
        );
      },
    ));

  test('a program that calls abort: who, where and its code, which is the exit code', () =>
    inFolder(
      { 'p.ts': programOf(`\nif (world.rank === 1) world.abort(42, 'no solution');\nworld.recv(1);`) },
      async (folder) => {
        const { code, stderr } = await lockstep(['run', 'p.ts', '--nodes', '2'], folder);
        assert.equal(code, 42);
        assert.equal(
          lastLine(stderr),
          'lockstep: node 1 failed at p.ts:2:29: The program called abort with code 42: no solution.',
        );
      },
    ));

  test('a program that fails: rank, line and message are the last line on stderr, exit code 1', () =>
    inFolder(
      {
        'p.ts': programOf(`\nif (world.rank === 1) {\n  throw new RangeError('too far');\n}\nworld.recv(1);`),
      },
      async (folder) => {
        const { code, stderr } = await lockstep(['run', 'p.ts', '--nodes', '2'], folder);
        assert.equal(code, 1);
        assert.equal(lastLine(stderr), 'lockstep: node 1 failed at p.ts:3:9: RangeError: too far');
        const json = await lockstep(['run', 'p.ts', '--nodes', '2', '--json'], folder);
        assert.equal(json.code, 1);
        const last = rowsOf(json).at(-1);
        assert.deepEqual([last?.ok, last?.rank, last?.error?.message], [false, 1, 'RangeError: too far']);
      },
    ));

  test('a reader that goes away early ends the run quietly', () =>
    inFolder({ 'p.ts': programOf(`for (;;) log('x'.repeat(1000));`) }, async (folder) => {
      const command = `"${process.execPath}" "${join(root, 'dist', 'cli.js')}" run p.ts --nodes 2 | head -n 3`;
      const shell = spawn('sh', ['-c', command], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
      let stderr = '';
      shell.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
      shell.stdout.resume();
      await new Promise((resolve) => shell.on('close', resolve));
      assert.doesNotMatch(stderr, /EPIPE|at .*:\d+:\d+/);
    }));

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    test(`${signal} ends it, and nothing is left`, () =>
      withoutLeaks(async (runtimeFolder) => {
        const folder = mkdtempSync(join(tmpdir(), 'workspace-'));
        try {
          writeFileSync(join(folder, 'p.ts'), programOf(`log('computes'); for (;;);`));
          const command = startLockstep(['run', 'p.ts', '--nodes', '2', '--json'], folder);
          await command.printed('computes');
          const startedAt = Date.now();
          command.child.kill(signal);
          const ended = await command.finished;
          measured(
            `ended ${Date.now() - startedAt} ms after ${signal}, cleared ${await cleared(runtimeFolder)} ms later`,
          );
          assert.equal(ended.code, 1);
          assert.equal(rowsOf(ended).at(-1)?.error?.code, 'stopped');
        } finally {
          rmSync(folder, { recursive: true });
        }
      }));
  }
});

const good = { clusters: { lab: { type: 'local', nodes: 2 } } };
const program = programOf(`log('ran');`);

const mistakes: [name: string, files: Record<string, string>, args: string[], code: number, words: RegExp][] =
  [
    ['no command', {}, [], 2, /^$/],
    ['an unknown command', {}, ['walk'], 2, /"walk" is not a command/],
    ['a file that is not there', {}, ['run', 'nowhere.ts'], 2, /There is no file .*nowhere\.ts/],
    ['a folder', {}, ['run', '.'], 2, /./],
    [
      'a wrong number of nodes',
      { 'p.ts': program },
      ['run', 'p.ts', '--nodes', 'many'],
      2,
      /--nodes: many is not a whole number from 1 to 256/,
    ],
    ['too many nodes', { 'p.ts': program }, ['run', 'p.ts', '--nodes', '1000'], 2, /--nodes: 1000 is not/],
    ['an unknown option', { 'p.ts': program }, ['run', 'p.ts', '--fast'], 2, /'--fast'/],
    [
      'an unknown transport',
      { 'p.ts': program },
      ['run', 'p.ts', '--transport', 'pigeon'],
      2,
      /--transport: pigeon/,
    ],
    [
      'an unknown cluster',
      { 'p.ts': program, 'lockstep.json': JSON.stringify(good) },
      ['run', 'p.ts', '--cluster', 'moon'],
      2,
      /There is no cluster "moon" in .*lockstep\.json \(clusters: lab\)/,
    ],
    [
      'a configuration that is wrong',
      { 'p.ts': program, 'lockstep.json': '{"clusters":{"lab":{"type":"local","nodes":0}}}' },
      ['run', 'p.ts'],
      2,
      /lockstep\.json: clusters\.lab\.nodes must be a whole number/,
    ],
    [
      'a syntax error',
      { 'p.ts': 'export default spmd(;\n' },
      ['run', 'p.ts'],
      2,
      /p\.ts:1:21: Unexpected ";"/,
    ],
    [
      'an import that is not there',
      { 'p.ts': "import './gone';\nexport default 1;" },
      ['run', 'p.ts'],
      2,
      /p\.ts:1:8: .*"\.\/gone"/,
    ],
    [
      'no default export',
      { 'p.ts': 'export const a = 1;' },
      ['run', 'p.ts'],
      2,
      /p\.ts has no program: its default export must be spmd/,
    ],
    [
      'a default export that is no program',
      { 'p.ts': 'export default 7;' },
      ['run', 'p.ts'],
      2,
      /p\.ts has no program/,
    ],
    ['an empty file', { 'p.ts': '' }, ['run', 'p.ts'], 2, /p\.ts has no program/],
    [
      'a Node.js that is too old',
      {
        'p.ts': program,
        'old-node': '#!/bin/sh\necho v18.19.0\n',
        'lockstep.json': '{"clusters":{"lab":{"type":"local","nodes":1,"node":"FOLDER/old-node"}}}',
      },
      ['run', 'p.ts'],
      3,
      /old-node is Node\.js v18\.19\.0; Lockstep needs 20 or newer/,
    ],
    [
      'a Node.js that does not run',
      {
        'p.ts': program,
        'lockstep.json': '{"clusters":{"lab":{"type":"local","nodes":1,"node":"/nowhere/node"}}}',
      },
      ['run', 'p.ts'],
      3,
      /No Node\.js 20 or newer was found \(\/nowhere\/node does not run\)/,
    ],
  ];

/** Where there is no command that prints rows. */
const withoutRows = new Set(['no command', 'an unknown command']);

describe('a mistake is one clear sentence with its exit code', () => {
  for (const [name, files, args, code, words] of mistakes) {
    test(name, () =>
      inFolder({}, async (folder) => {
        for (const [file, text] of Object.entries(files)) {
          writeFileSync(join(folder, file), text.replaceAll('FOLDER', folder));
          chmodSync(join(folder, file), 0o755);
        }
        const [ended, json] = await Promise.all([
          lockstep(args, folder),
          lockstep([...args.slice(0, 2), '--json', ...args.slice(2)], folder),
        ]);
        assert.equal(ended.code, code, ended.stderr);
        assert.match(ended.stderr, words);
        assert.doesNotMatch(ended.stderr, /undefined|\n\s+at /);
        assert.equal(json.code, code);
        if (withoutRows.has(name)) {
          assert.equal(json.stdout, '');
          return;
        }
        const rows = rowsOf(json);
        assert.equal(rows.at(-1)?.ok, false);
        assert.match(rows.at(-1)?.error?.message ?? '', words);
      }),
    );
  }

  test('--help and --version are no mistakes', () =>
    inFolder({}, async (folder) => {
      const help = await lockstep(['--help'], folder);
      assert.equal(help.code, 0);
      assert.match(help.stdout, /lockstep run <program>/);
      const version = await lockstep(['--version'], folder);
      assert.equal(version.code, 0);
      assert.match(version.stdout, /^\d+\.\d+\.\d+\n$/);
    }));
});
