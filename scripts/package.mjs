// npm run package: a VSIX for this platform, checked for what is in it and how large it is.
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SetupError, ensureBuilt, ensureDependencies, main, newestChange, root } from './setup.mjs';

/** As editors and vsce count: 1 MB is 2 ** 20 bytes. esbuild’s program takes 4.5 of them, compressed. */
const megabyte = 2 ** 20;
const budgetBytes = 7 * megabyte;

/** All that may be in the package. esbuild is a native program: it bundles a student's program. */
const allowed = [
  /^(package\.json|README\.md|CHANGELOG\.md|LICENSE)$/,
  /^dist\/(extension|runtime|adapter|cli|coordinator|node|mpiNode|agent|relay|slurm|ssh)\.js$/,
  /^dist\/koffi\.node$/,
  /^dist\/(topology|metrics|timeline)\.(js|css)$/,
  /^dist\/(samples|types-package)\//,
  /^media\/.+\.(svg|png|json|md)$/,
  /^docs\/images\/.+\.(png|gif)$/,
  /^node_modules\/(esbuild|@esbuild\/[^/]+)\//,
];
/** What a clone has and a package does not: the benchmarks. */
const forClones = /^bench\.js$/;
/** All that must be in it, each script and style sheet that the build makes included. */
function requiredFiles() {
  const built = readdirSync(join(root, 'dist')).filter(
    (name) => /\.(js|css)$/.test(name) && !forClones.test(name),
  );
  return ['package.json', 'README.md', 'LICENSE', ...built.map((name) => `dist/${name}`)];
}

const target = `${process.platform === 'win32' ? 'win32' : process.platform}-${process.arch}`;

/** Path of the VSIX of this version for this platform. */
export function packagePath() {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return join(root, 'out', `lockstep-${target}-${version}.vsix`);
}

function checkFiles(files) {
  const stray = files.filter((file) => !allowed.some((pattern) => pattern.test(file)));
  const missing = requiredFiles().filter((file) => !files.includes(file));
  if (!files.some((file) => /^node_modules\/@esbuild\/[^/]+\/bin\/esbuild$|esbuild\.exe$/.test(file))) {
    missing.push('the esbuild program of this platform');
  }
  if (stray.length > 0)
    throw new SetupError(`These files do not belong into the package:\n  ${stray.join('\n  ')}`);
  if (missing.length > 0) throw new SetupError(`The package lacks: ${missing.join(', ')}.`);
}

/** Makes the VSIX unless it is newer than all that goes in; answers its path. */
export async function ensurePackage() {
  await ensureBuilt();
  const path = packagePath();
  const inputs = [
    'dist',
    'media',
    'docs/images',
    'package.json',
    'README.md',
    '.vscodeignore',
    'scripts/package.mjs',
  ];
  const changedMs = Math.max(
    ...inputs
      .map((name) => join(root, name))
      .filter(existsSync)
      .map(newestChange),
  );
  if (existsSync(path) && statSync(path).mtimeMs > changedMs) return path;
  mkdirSync(join(root, 'out'), { recursive: true });
  const { createVSIX, listFiles } = await import('@vscode/vsce');
  const files = await listFiles({ cwd: root });
  checkFiles(files.map((file) => file.replaceAll('\\', '/')));
  await createVSIX({
    cwd: root,
    packagePath: path,
    target,
    rewriteRelativeLinks: false,
    allowMissingRepository: true,
    skipLicense: false,
  });
  const bytes = statSync(path).size;
  if (bytes > budgetBytes) throw new SetupError(`${path} has ${bytes} bytes, more than its ${budgetBytes}.`);
  console.log(
    `${path}: ${(bytes / megabyte).toFixed(2)} MB of ${budgetBytes / megabyte} MB, ${files.length} files`,
  );
  return path;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(async () => {
    await ensureDependencies();
    await ensurePackage();
  });
}
