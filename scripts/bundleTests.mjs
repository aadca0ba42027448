// Bundles test files, each into a file of its own under out/tests, for `node --test`.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SetupError, main, root } from './setup.mjs';

/** Loaded from node_modules as they are: native programs, or packages that find their own files beside them. */
const external = [
  'vscode',
  'esbuild',
  'playwright-core',
  'axe-core',
  'typescript',
  '@vscode/test-electron',
  '@vscode/vsce',
  '*.node',
];

const outputFolder = join('out', 'tests');

/** What runs inside the editor's extension host, for the editor's tests. */
export const hostTests = 'test/editor/host/index.ts';

/** Path of the bundle of a test file. */
export function bundlePath(file) {
  return join(outputFolder, file.replace(/\.tsx?$/, '.cjs'));
}

/** Bundles a file; answers the errors as text, or undefined when all went well. */
export async function bundleTest(file) {
  const { build, formatMessages } = await import('esbuild');
  const outfile = bundlePath(file);
  try {
    await build({
      absWorkingDir: root,
      entryPoints: [file],
      outfile,
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'cjs',
      sourcemap: 'inline',
      sourcesContent: false, // the sources lie here, and a third is not read with each start
      jsx: 'automatic',
      jsxImportSource: 'preact',
      alias: { lockstep: './runtime/index.ts' },
      loader: { '.css': 'empty', '.ttf': 'dataurl', '.svg': 'text' },
      external,
      logLevel: 'silent',
    });
    return undefined;
  } catch (error) {
    rmSync(join(root, outfile), { force: true });
    const messages = await formatMessages(
      /** @type {import('esbuild').BuildFailure} */ (error).errors ?? [{ text: String(error) }],
      { kind: 'error' },
    );
    return messages.join('\n');
  }
}

// By hand: node scripts/bundleTests.mjs FILE
if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(async () => {
    const problem = await bundleTest(process.argv[2]);
    if (problem) throw new SetupError(problem);
  });
}
