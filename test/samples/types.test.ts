/** The types package as a student's editor sees it: a sample in a folder of its own, with `node_modules/lockstep`. */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import ts from 'typescript';
import { root, sampleFolder } from './runSample';

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'lockstep-types-'));
  cpSync(join(root, 'dist', 'types-package'), join(folder, 'node_modules', 'lockstep'), { recursive: true });
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** Checks a folder as its tsconfig.json says; answers the errors as `file:line text`. */
function check(project: string, overrides: ts.CompilerOptions = {}): string[] {
  const { config } = ts.readConfigFile(join(project, 'tsconfig.json'), (path) => ts.sys.readFile(path));
  const { options, fileNames, errors } = ts.parseJsonConfigFileContent(config, ts.sys, project);
  const program = ts.createProgram(fileNames, { ...options, ...overrides });
  return [...errors, ...ts.getPreEmitDiagnostics(program)].map(({ file, start = 0, messageText }) => {
    const line = file
      ? `${file.fileName.split('/').at(-1)}:${file.getLineAndCharacterOfPosition(start).line + 1} `
      : '';
    return line + ts.flattenDiagnosticMessageText(messageText, ' ');
  });
}

for (const sample of readdirSync(join(root, 'samples')).filter((name) => /^\d\d-/.test(name))) {
  test(`types: ${sample} is free of errors`, () => {
    const project = join(folder, sample);
    cpSync(sampleFolder(sample), project, { recursive: true });
    assert.deepEqual(check(project), []);
  });
}

test('types: the declarations are free of errors', () => {
  const project = join(folder, 'declarations');
  mkdirSync(project);
  cpSync(join(sampleFolder('01-hello'), 'tsconfig.json'), join(project, 'tsconfig.json'));
  writeFileSync(
    join(project, 'program.ts'),
    "import { spmd } from 'lockstep';\nexport default spmd(() => undefined);\n",
  );
  assert.deepEqual(check(project, { skipLibCheck: false }), []);
});

test('types: what is wrong is marked where it is wrong', () => {
  const project = join(folder, 'wrong');
  mkdirSync(project);
  cpSync(join(sampleFolder('01-hello'), 'tsconfig.json'), join(project, 'tsconfig.json'));
  const lines = [
    "import { spmd, SUM, sum } from 'lockstep';",
    'export default spmd(({ world, log }) => {',
    "  world.send('to nobody', 'right');",
    '  const number: number = world.recv<string>(0);',
    '  world.rank = 1;',
    '  const total: string = world.allreduce(number, SUM);',
    '  log(total, world.ranks, sum);',
    '});',
    "spmd('not a function');",
  ];
  writeFileSync(join(project, 'wrong.ts'), lines.join('\n'));
  const marked = check(project).map((error) => Number(/^wrong\.ts:(\d+)/.exec(error)?.[1]));
  assert.deepEqual(marked, [1, 3, 4, 5, 6, 7, 9]);
});

test('types: the comments come along', () => {
  const program = ts.createProgram([join(folder, 'node_modules', 'lockstep', 'index.d.ts')], {
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    module: ts.ModuleKind.ESNext,
  });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(join(folder, 'node_modules', 'lockstep', 'index.d.ts'));
  const symbol = source && checker.getSymbolAtLocation(source);
  const exported = new Map(symbol ? checker.getExportsOfModule(symbol).map((each) => [each.name, each]) : []);
  const docOf = (each: ts.Symbol | undefined) => {
    const target = each && each.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(each) : each;
    return target ? ts.displayPartsToString(target.getDocumentationComment(checker)) : '';
  };
  assert.ok(!exported.has('createWorld'), 'programs are offered what only the runtime calls');
  for (const name of ['spmd', 'SUM', 'Status', 'Communicator', 'ANY_SOURCE']) {
    assert.notEqual(docOf(exported.get(name)), '', `${name} has no doc comment`);
  }
});
