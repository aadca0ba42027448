import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping';
import { LockstepError } from '../protocol/errors';
import { apiSymbol } from './apiSymbol';
import { bundleProgram } from './bundle';

let folder = '';
let cache = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bundle-'));
  cache = join(folder, 'cache');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Writes files into the folder, and answers the path of the first. */
function files(contents: Record<string, string>): string {
  for (const [name, text] of Object.entries(contents)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return join(folder, Object.keys(contents)[0] ?? '');
}

/** The exports of a bundled program, which gets `api` for the module lockstep. */
function load(path: string, api: object = {}): Record<string, unknown> {
  Object.defineProperty(globalThis, Symbol.for(apiSymbol), { value: api, configurable: true });
  const require = createRequire(path);
  delete require.cache[path];
  return require(path) as Record<string, unknown>;
}

async function failure(program: string): Promise<LockstepError> {
  const error: unknown = await bundleProgram(program, cache).then(
    () => assert.fail('it was bundled'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof LockstepError, String(error));
  return error;
}

test('a program is bundled with its modules, JSON and packages; lockstep is the node’s own', async () => {
  const program = files({
    'main.ts': `
      import { spmd } from 'lockstep';
      import { twice } from './lib/twice';
      import numbers from './numbers.json';
      import { shout } from 'shout';
      export default spmd(() => [twice(numbers.seven), shout('hey')]);`,
    'lib/twice.ts': 'export const twice = (n: number): number => n * 2;',
    'numbers.json': '{ "seven": 7 }',
    'node_modules/shout/package.json': '{ "name": "shout", "main": "main.js" }',
    'node_modules/shout/main.js': 'exports.shout = (text) => text.toUpperCase();',
  });
  const bundle = await bundleProgram(program, cache);
  const exports = load(bundle.path, { spmd: (run: () => unknown) => run() });
  assert.deepEqual(exports.default, [14, 'HEY']);
  assert.equal(bundle.sources[0], program);
  assert.deepEqual(
    bundle.sources.slice(1).sort(),
    ['lib/twice.ts', 'node_modules/shout/main.js', 'numbers.json'].map((name) => join(folder, name)).sort(),
  );
  assert.equal(dirname(bundle.path), join(cache, bundle.hash));
});

test('the source map leads from the bundle to lines and columns of the sources', async () => {
  const program = files({
    'main.ts': "import { fail } from './fail';\nexport default fail;\n",
    'fail.ts':
      '// a comment\ninterface Nothing {}\nexport function fail(): Nothing {\n  throw new Error("here");\n}\n',
  });
  const bundle = await bundleProgram(program, cache);
  const lines = readFileSync(bundle.path, 'utf8').split('\n');
  const line = lines.findIndex((text) => text.includes('throw new Error'));
  const map = new TraceMap(readFileSync(bundle.mapPath, 'utf8'));
  const place = originalPositionFor(map, { line: line + 1, column: lines[line]?.indexOf('throw') ?? 0 });
  assert.deepEqual([place.source, place.line, place.column], [join(folder, 'fail.ts'), 4, 2]);
});

test('import.meta says where the program is, not where its bundle is', async () => {
  const program = files({ 'main.ts': 'export const url = import.meta.url, folder = import.meta.dirname;' });
  const exports = load((await bundleProgram(program, cache)).path);
  assert.equal(exports.url, `file://${program}`);
  assert.equal(exports.folder, folder);
});

test('an unchanged program comes out of the cache, without being made again', async () => {
  const program = files({ 'main.ts': 'export default 1;' });
  const first = await bundleProgram(program, cache);
  utimesSync(first.path, 1, 1);
  const second = await bundleProgram(program, cache);
  assert.deepEqual(second, first);
  assert.equal(readFileSync(first.path, 'utf8').includes('1'), true);
  // Written anew, it would have the time of now.
  assert.deepEqual(readdirSync(cache).length, 2);
});

const changes: [name: string, change: () => void, expected: unknown][] = [
  ['the program', () => files({ 'main.ts': "import { n } from 'number'; export default n + 1;" }), 2],
  ['an imported file', () => files({ 'lib.ts': 'export const n = 5;' }), 5],
  [
    'tsconfig.json',
    () => files({ 'tsconfig.json': '{ "compilerOptions": { "paths": { "number": ["./other.ts"] } } }' }),
    9,
  ],
];
for (const [name, change, expected] of changes) {
  test(`a change of ${name} makes a new bundle`, async () => {
    const program = files({
      'main.ts': "import { n } from 'number'; export default n;",
      'lib.ts': 'export const n = 1;',
      'other.ts': 'export const n = 9;',
      'tsconfig.json': '{ "compilerOptions": { "paths": { "number": ["./lib.ts"] } } }',
    });
    const before = await bundleProgram(program, cache);
    assert.equal(load(before.path).default, 1);
    change();
    const after = await bundleProgram(program, cache);
    assert.equal(load(after.path).default, expected);
    assert.notEqual(after.hash, before.hash);
    // What runs may still be reading the one before.
    assert.ok(existsSync(before.path));
  });
}

test('a bundle that has gone, or a record that is broken, is made anew', async () => {
  const program = files({ 'main.ts': 'export default 4;' });
  const { path, hash } = await bundleProgram(program, cache);
  rmSync(dirname(path), { recursive: true });
  assert.equal(load((await bundleProgram(program, cache)).path).default, 4);
  for (const name of readdirSync(cache))
    if (name.endsWith('.json')) writeFileSync(join(cache, name), '{"bun');
  assert.equal((await bundleProgram(program, cache)).hash, hash);
});

test('many at once make one bundle, and none sees half of it', async () => {
  const program = files({ 'main.ts': `export default ${JSON.stringify('x'.repeat(200_000))}.length;` });
  const bundles = await Promise.all(
    Array.from({ length: 8 }, async () => {
      const bundle = await bundleProgram(program, cache);
      assert.equal(load(bundle.path).default, 200_000);
      return bundle.path;
    }),
  );
  assert.equal(new Set(bundles).size, 1);
  assert.deepEqual(readdirSync(dirname(bundles[0] ?? '')).sort(), ['program.cjs', 'program.cjs.map']);
});

test('what was not made anew for a month is removed', async () => {
  const old = await bundleProgram(files({ 'old.ts': 'export default 1;' }), cache);
  utimesSync(dirname(old.path), 1, 1);
  await bundleProgram(files({ 'new.ts': 'export default 2;' }), cache);
  assert.equal(existsSync(old.path), false);
});

test('a file that is not there is named', async () => {
  const error = await failure(join(folder, 'nowhere.ts'));
  assert.equal(error.code, 'programNotFound');
  assert.ok(error.message.includes(join(folder, 'nowhere.ts')));
});

test('a syntax error has its place and its line, in an imported file too', async () => {
  const program = files({
    'main.ts': "import './wrong';\n",
    'wrong.ts': 'const one = 1;\n  const = 2;\n',
  });
  const error = await failure(program);
  assert.equal(error.code, 'programDoesNotBuild');
  assert.ok(error.message.startsWith(`${join(folder, 'wrong.ts')}:2:9: `), error.message);
  assert.ok(error.message.includes('const = 2;'), error.message);
});

test('a module that cannot be found is named at its import', async () => {
  const error = await failure(files({ 'main.ts': "\nimport { x } from 'left-out';\nexport default x;" }));
  assert.equal(error.code, 'programDoesNotBuild');
  assert.match(error.message, /main\.ts:2:19: .*"left-out"/);
});

test('await outside of a function says where it belongs', async () => {
  const error = await failure(files({ 'main.ts': 'await Promise.resolve();\nexport default 1;' }));
  assert.match(error.message, /main\.ts:1:1: await outside of a function\..*spmd\(async/);
});

test('a program that was found in the cache does not load esbuild', async () => {
  const program = files({ 'main.ts': 'export default 1;' });
  await bundleProgram(program, cache);
  const require = createRequire(__filename);
  const loaded = Object.keys(require.cache).filter((path) => /[\\/]esbuild[\\/]/.test(path));
  assert.ok(loaded.length > 0, 'bundling has loaded it');
  for (const path of loaded) delete require.cache[path];
  await bundleProgram(program, cache);
  assert.deepEqual(
    Object.keys(require.cache).filter((path) => /[\\/]esbuild[\\/]/.test(path)),
    [],
  );
});
