// The folder that `npm start` opens: the samples side by side, copied where they may be changed, ready for F5.
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './setup.mjs';

const built = join(root, 'dist', 'samples');

const isSample = (/** @type {string} */ name) => /^\d\d-/.test(name);

/** @param {string} path */
function readJson(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
}

/** The samples' own launch configurations, with their paths below the common folder. @param {string} sample */
function launchConfigurations(sample) {
  const text = existsSync(join(built, sample, '.vscode', 'launch.json'))
    ? readFileSync(join(built, sample, '.vscode', 'launch.json'), 'utf8')
    : '{"configurations":[]}';
  return JSON.parse(text.replaceAll('${workspaceFolder}', `\${workspaceFolder}/${sample}`)).configurations;
}

/**
 * Makes or refreshes the folder. What was changed in it by hand stays; to start a sample anew, delete its folder.
 * @param {string} folder
 */
export function makeSamplesWorkspace(folder) {
  const samples = readdirSync(built).filter(isSample).sort();
  mkdirSync(join(folder, '.vscode'), { recursive: true });
  for (const sample of samples) {
    cpSync(join(built, sample), join(folder, sample), { recursive: true, force: false });
  }
  const types = join(folder, 'node_modules', 'lockstep');
  rmSync(types, { recursive: true, force: true });
  cpSync(join(root, 'dist', 'types-package'), types, { recursive: true });

  const here = { type: 'lockstep', request: 'launch', name: 'Program in the editor', program: '${file}' };
  const configurations = [here, ...samples.flatMap(launchConfigurations)];
  const launch = { version: '0.2.0', configurations };
  writeFileSync(join(folder, '.vscode', 'launch.json'), JSON.stringify(launch, null, 2) + '\n');

  const settings = { 'files.exclude': { node_modules: true } };
  writeFileSync(join(folder, '.vscode', 'settings.json'), JSON.stringify(settings, null, 2) + '\n');

  const configured = samples.map((sample) => readJson(join(built, sample, 'lockstep.json'))).filter(Boolean);
  const clusters = { local: { type: 'local', nodes: 4 } };
  for (const configuration of configured) Object.assign(clusters, configuration.clusters);
  const names = { default: 'local', clusters };
  writeFileSync(join(folder, 'lockstep.json'), JSON.stringify(names, null, 2) + '\n');
  return folder;
}
