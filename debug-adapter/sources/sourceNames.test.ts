import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { bundleProgram } from '../../runtime/program/bundle';
import { SourceMap } from './sourceMap';
import { SourceNames } from './sourceNames';

const folder = mkdtempSync(join(tmpdir(), 'lockstep-names-'));
after(() => rmSync(folder, { recursive: true }));

const program = `import { spmd, SUM as total } from 'lockstep';
import Shape, { scaled } from './shape';
import * as path from 'node:path';

interface Thing { a: number }

const scale = 10;
export default spmd(({ world, log }) => {
  const thing: Thing = { a: 1 };
  log(scaled(thing.a) * scale, new Shape().area);
  log(path.sep, world.allreduce(world.rank, total));
});
`;
const shape = `const scale = 3;
export default class Graph { area = 2; }
export function scaled(value: number): number {
  return value * scale;
}
`;

async function bundle() {
  const file = join(folder, 'program.ts');
  writeFileSync(file, program);
  writeFileSync(join(folder, 'shape.ts'), shape);
  const built = await bundleProgram(file, join(folder, 'cache'));
  const map = new SourceMap(readFileSync(built.mapPath, 'utf8'), built.mapPath);
  const generated = readFileSync(built.path, 'utf8');
  return { file, shapeFile: join(folder, 'shape.ts'), map, generated };
}

test('a program’s map: its sources, places in both directions, lines without code', async () => {
  const { file, shapeFile, map, generated } = await bundle();
  assert.deepEqual(new Set(map.sources), new Set([file, shapeFile]));
  for (const [line, text] of [
    [8, 'const thing'],
    [9, 'log(scaled'],
  ] as const) {
    const segment = map.generatedPosition(file, line);
    assert.equal(segment?.line, line);
    const at = segment?.generated ?? { line: 0, column: 0 };
    assert.ok(generated.split('\n')[at.line]?.slice(at.column).trimStart().startsWith(text), text);
    assert.deepEqual(map.originalPosition(at), { source: file, line, column: 2 });
  }
  assert.equal(map.generatedPosition(file, 4)?.line, 6, 'an interface has no code: the next line that has');
  assert.equal(map.generatedPosition(file, 400), undefined);
});

test('names: renamed for a collision, imported, imported under another name, default import', async () => {
  const { file, map, generated } = await bundle();
  const names = new SourceNames(map, file, program, generated);
  const at = map.generatedPosition(file, 9)?.generated ?? { line: 0, column: 0 };
  assert.equal(names.generatedOf('scale', at), 'scale2');
  assert.equal(names.originalOf('scale2'), 'scale');
  assert.match(names.generatedOf('total', at) ?? '', /^import_lockstep\w*\.SUM$/);
  assert.equal(names.generatedOf('Shape', at), 'Graph');
  assert.equal(names.generatedOf('thing', at), undefined);
  assert.ok(names.imports().some(({ name }) => name === 'total'));
});
