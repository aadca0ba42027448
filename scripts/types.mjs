/**
 * Makes `dist/types-package/`: what the editor needs in `node_modules/lockstep` to know a program's types. It
 * holds the declarations that `runtime/index.ts` reaches, no code, and Node.js's own types, as programs read files.
 * The samples in the repository get it too. Run it by hand with `node scripts/types.mjs`.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const runtime = join(root, 'runtime');
const outFolder = join(root, 'dist', 'types-package');
/** Where the samples find it that are opened in the repository itself. */
const samplesCopy = join(root, 'samples', 'node_modules', 'lockstep');

/** Types that the package brings along, in a `node_modules` of its own: a project's own version wins over them. */
const bundledTypes = ['@types/node', 'undici-types'];

/** Modules whose documentation is left in: those that a program may use. Without the others', the package is half as large. */
const documented =
  /(^|\/)(fs|path|os|url|util|buffer|process|globals|perf_hooks|timers|events|readline|assert|console)\b/;

/** Node.js's own types, with the documentation of what a program may use. */
function copyTypes(source, target) {
  cpSync(source, target, { recursive: true });
  const files = readdirSync(target, { recursive: true }).map((file) => String(file).replaceAll('\\', '/'));
  for (const file of files.filter((each) => each.endsWith('.d.ts') && !documented.test(each))) {
    const path = join(target, file);
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll(/\/\*\*[^]*?\*\//g, ''));
  }
}

/** The declarations of the runtime by their path below `runtime/`. */
function emitDeclarations(ts) {
  const declarations = new Map();
  const config = ts.readConfigFile(join(root, 'tsconfig.base.json'), ts.sys.readFile).config;
  const { options } = ts.convertCompilerOptionsFromJson(
    {
      ...config.compilerOptions,
      types: ['node'],
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      stripInternal: true,
      rootDir: runtime,
    },
    root,
  );
  const program = ts.createProgram([join(runtime, 'index.ts')], options);
  const { diagnostics } = program.emit(undefined, (file, text) =>
    declarations.set(relative(runtime, file), text),
  );
  if (diagnostics.length > 0) {
    const host = {
      getCanonicalFileName: (name) => name,
      getCurrentDirectory: () => root,
      getNewLine: () => '\n',
    };
    throw new Error(`The types package could not be made:\n${ts.formatDiagnostics(diagnostics, host)}`);
  }
  return declarations;
}

/** The files that the first one imports, and what those import, by way of relative paths. */
function reachable(ts, declarations, first) {
  const found = new Set([first]);
  for (const file of found) {
    for (const { fileName } of ts.preProcessFile(declarations.get(file)).importedFiles) {
      if (!fileName.startsWith('.')) continue;
      const target = relative(runtime, resolve(runtime, dirname(file), fileName));
      const name = [`${target}.d.ts`, join(target, 'index.d.ts')].find((path) => declarations.has(path));
      if (name === undefined) throw new Error(`${file} imports ${fileName}, which has no declarations.`);
      found.add(name);
    }
  }
  return found;
}

/** Writes the package; answers its folder. */
export async function buildTypes() {
  const { default: ts } = await import('typescript');
  const declarations = emitDeclarations(ts);
  rmSync(outFolder, { recursive: true, force: true });
  for (const file of reachable(ts, declarations, 'index.d.ts')) {
    const text = declarations.get(file);
    mkdirSync(dirname(join(outFolder, file)), { recursive: true });
    writeFileSync(
      join(outFolder, file),
      file === 'index.d.ts' ? `/// <reference types="node" />\n${text}` : text,
    );
  }
  for (const name of bundledTypes) {
    const source = join(root, 'node_modules', name);
    if (!existsSync(source)) throw new Error(`There is no folder ${source}: run "npm ci".`);
    copyTypes(source, join(outFolder, 'node_modules', name));
  }
  const { version, license } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const description = 'Types of the programs that Lockstep runs. The code comes with Lockstep itself.';
  const manifest = { name: 'lockstep', version, description, license, types: 'index.d.ts' };
  writeFileSync(join(outFolder, 'package.json'), JSON.stringify(manifest, null, 2) + '\n');
  rmSync(samplesCopy, { recursive: true, force: true });
  cpSync(outFolder, samplesCopy, { recursive: true });
  return outFolder;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await buildTypes();
