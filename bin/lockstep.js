#!/usr/bin/env node
// The `lockstep` command: the bundled command line, built first where the repository has not been built yet.
'use strict';
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const cli = join(__dirname, '..', 'dist', 'cli.js');
if (!existsSync(cli)) {
  console.error('lockstep: dist/ is not there yet. Building it once (npm run build) …');
  const { spawnSync } = require('node:child_process');
  const built = spawnSync(process.execPath, ['esbuild.mjs'], {
    cwd: join(__dirname, '..'),
    stdio: ['ignore', 2, 2],
  });
  if (built.status !== 0 || !existsSync(cli)) {
    console.error('lockstep: the build failed. Run "npm ci" and then "npm run build" in the repository.');
    process.exit(3);
  }
}
require(cli);
