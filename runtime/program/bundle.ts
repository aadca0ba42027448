/**
 * Makes one JavaScript file with a source map of a student's program and all it imports. `lockstep` itself stays
 * outside: the node's own runtime answers for it.
 */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BuildFailure, Message, Metafile, Plugin } from 'esbuild';
import { restoreClassNames } from './classNames';
import { LockstepError } from '../protocol/errors';
import type { Bundle } from '../protocol/job';
import { type CachedInput, findCached, remember } from './bundleCache';
import { apiSymbol } from './apiSymbol';

/** Bundled programs, one folder each, named by the hash of their content. */
const bundleName = 'program.cjs';

const lockstepModule: Plugin = {
  name: 'lockstep',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^lockstep$/ }, () => ({ path: 'lockstep', namespace: 'lockstep' }));
    onLoad({ filter: /.*/, namespace: 'lockstep' }, () => ({
      contents: `module.exports = globalThis[Symbol.for('${apiSymbol}')];`,
      loader: 'js',
    }));
  },
};

/**
 * Bundles `program` (an absolute path) into `cache`, or finds it there.
 * Throws LockstepError: programNotFound, programDoesNotBuild (file:line:column and text), noDefaultExport.
 */
export async function bundleProgram(program: string, cache: string): Promise<Bundle> {
  if (!existsSync(program)) {
    throw new LockstepError('programNotFound', { path: program, cwd: process.cwd() });
  }
  const cached = await findCached(program, cache);
  if (cached) return cached;

  const { code, map, metafile } = await build(program);
  const hash = createHash('sha256').update(code).update(map).digest('hex').slice(0, 32);
  const folder = join(cache, hash);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, bundleName);
  const mapPath = `${path}.map`;
  await Promise.all([writeWhole(path, code), writeWhole(mapPath, map)]);

  const root = dirname(program);
  const inputs = Object.keys(metafile.inputs)
    .filter((input) => !input.startsWith('lockstep:'))
    .map((input) => resolve(root, input));
  const sources = [program, ...inputs.filter((input) => input !== program)];
  const bundle: Bundle = { path, mapPath, hash, sources };
  await remember(program, cache, bundle, await Promise.all(sources.map(fingerprint)));
  return bundle;
}

/** Writes a file so that whoever reads it meanwhile sees all of it or nothing. */
async function writeWhole(path: string, content: string): Promise<void> {
  const part = `${path}.${randomUUID()}`;
  await writeFile(part, content);
  await rename(part, path);
}

async function fingerprint(path: string): Promise<CachedInput> {
  return {
    path,
    sha256: createHash('sha256')
      .update(await readFile(path))
      .digest('hex'),
  };
}

async function build(program: string): Promise<{ code: string; map: string; metafile: Metafile }> {
  // Loaded on first need: most runs find their bundle in the cache.
  const esbuild = await import('esbuild');
  const folder = dirname(program);
  try {
    const result = await esbuild.build({
      entryPoints: [program],
      absWorkingDir: folder,
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'cjs',
      sourcemap: 'linked',
      sourcesContent: true,
      write: false,
      metafile: true,
      logLevel: 'silent',
      plugins: [lockstepModule],
      outfile: join(folder, bundleName),
      define: { 'import.meta.url': '__url', 'import.meta.dirname': '__folder' },
      banner: {
        js: `const __url = ${JSON.stringify(pathToFileURL(program).href)}, __folder = ${JSON.stringify(folder)};`,
      },
    });
    const text = (suffix: string) =>
      result.outputFiles.find((file) => file.path.endsWith(suffix))?.text ?? '';
    const map = text('.map');
    const { sourcesContent } = JSON.parse(map) as { sourcesContent: string[] };
    return {
      code: restoreClassNames(text(bundleName), sourcesContent),
      map: absoluteSources(map, folder),
      metafile: result.metafile,
    };
  } catch (error) {
    const [first] = (error as Partial<BuildFailure>).errors ?? [];
    if (!first) throw error;
    throw buildError(first, program);
  }
}

/** A source map with absolute paths. */
function absoluteSources(map: string, folder: string): string {
  const parsed = JSON.parse(map) as { sources: string[] };
  parsed.sources = parsed.sources.map((source) =>
    source.startsWith('lockstep:') ? source : resolve(folder, source),
  );
  return JSON.stringify(parsed);
}

function buildError({ text, location }: Message, program: string): LockstepError {
  const topLevelAwait = text.startsWith('Top-level await');
  return new LockstepError('programDoesNotBuild', {
    file: location ? resolve(dirname(program), location.file) : program,
    line: location?.line ?? 1,
    column: (location?.column ?? 0) + 1,
    text: topLevelAwait
      ? 'await outside of a function. Move it into the program: spmd(async (…) => { … }).'
      : location?.lineText
        ? `${text}\n    ${location.lineText.trim()}`
        : text,
  });
}
