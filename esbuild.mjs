// Bundles every entry point into dist/, with the samples and the types of a program beside the bundles.
// `--watch` rebuilds on change. What went into each bundle is in dist/meta.json, for scripts/checkBundles.mjs.
import { context, build } from 'esbuild';
import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { buildSamples } from './scripts/samples.mjs';
import { buildTypes } from './scripts/types.mjs';

const watch = process.argv.includes('--watch');

/** What runs on Node.js: one CommonJS file each. @type {import('esbuild').BuildOptions} */
const node = {
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  // Installed beside the extension: esbuild is a native program, vscode is the editor's own.
  external: ['vscode', 'esbuild', '*.node'],
};

/** What runs in a webview: one script and one style sheet each. @type {import('esbuild').BuildOptions} */
const browser = {
  platform: 'browser',
  target: 'es2022',
  format: 'iife',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  loader: { '.ttf': 'dataurl', '.svg': 'text' },
};

const entries = [
  // Not the node's main thread: its frames can be seen in the debugger.
  { ...node, in: 'extension/activate.ts', out: 'extension', minifyIdentifiers: true },
  { ...node, in: 'extension/runtime.ts', out: 'runtime', minifyIdentifiers: true },
  { ...node, in: 'debug-adapter/main.ts', out: 'adapter', minifyIdentifiers: true },
  { ...node, in: 'runtime/cli/main.ts', out: 'cli', minifyIdentifiers: true },
  { ...node, in: 'runtime/coordinator/main.ts', out: 'coordinator', minifyIdentifiers: true },
  { ...node, in: 'runtime/node/main.ts', out: 'node' },
  { ...node, in: 'runtime/node/mpiNode.ts', out: 'mpiNode', minifyIdentifiers: true },
  { ...node, in: 'runtime/node/agent.ts', out: 'agent', minifyIdentifiers: true },
  { ...node, in: 'runtime/launch/sshCluster.ts', out: 'ssh', minifyIdentifiers: true },
  { ...node, in: 'runtime/launch/slurmCluster.ts', out: 'slurm', minifyIdentifiers: true },
  { ...node, in: 'runtime/relay/main.ts', out: 'relay', minifyIdentifiers: true },
  { ...node, in: 'benchmarks/main.ts', out: 'bench' },
  ...readdirSync('webviews', { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(`webviews/${entry.name}/main.tsx`))
    .map((entry) => ({ ...browser, in: `webviews/${entry.name}/main.tsx`, out: entry.name })),
].filter((entry) => existsSync(entry.in));

/** @type {import('esbuild').BuildOptions[]} */
const options = entries.map(({ in: entry, out, ...rest }) => ({
  ...rest,
  entryPoints: [{ in: entry, out }],
  outdir: 'dist',
  bundle: true,
  minifySyntax: true,
  minifyWhitespace: !watch,
  sourcemap: 'linked',
  sourcesContent: false,
  metafile: true,
  legalComments: 'none',
  logLevel: watch ? 'info' : 'warning',
}));

mkdirSync('dist', { recursive: true });
// The C library's functions for shared memory; without it nodes use sockets. See runtime/transport/sharedMemory.
const system = `${process.platform}-${process.arch}`;
const koffi = `node_modules/@koromix/koffi-${system}/${system.replace('-', '_')}/koffi.node`;
if (process.platform === 'linux' && existsSync(koffi)) {
  copyFileSync(koffi, 'dist/koffi.new');
  renameSync('dist/koffi.new', 'dist/koffi.node'); // never written in place: nodes that run have it mapped
}

buildSamples();
if (watch) {
  for (const each of options) await (await context(each)).watch();
  await buildTypes();
} else {
  // esbuild has said what is wrong where a build fails; the others are finished all the same.
  const building = Promise.all(options.map((each) => build(each).catch(() => undefined)));
  await buildTypes(); // esbuild has its own process, and goes on meanwhile
  const built = await building;
  if (built.includes(undefined)) {
    process.exitCode = 1;
  } else {
    writeFileSync('dist/meta.json', JSON.stringify(built.map((result) => result?.metafile)));
    writeFileSync('dist/.built', '');
  }
}
