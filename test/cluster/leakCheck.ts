/** Nothing of a run may stay: no process, no socket, no directory. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { processesWith } from './processes';

/** The repository's folder. */
export const root = process.env['LOCKSTEP_ROOT'] ?? process.cwd();

/** How long the invariant gives a run to clear up. */
const clearedWithinMs = 10_000;

/** What is left of the runs whose run directories lie in a folder. */
function leftovers(folder: string): string[] {
  return [
    ...processesWith(folder).map(({ pid, command }) => `process ${pid} ${command}`),
    ...readdirSync(folder, { recursive: true }).map((path) => `file ${String(path)}`),
  ];
}

/** Waits until nothing is left of the runs in a folder; fails with a list after 10 s. Answers how long it took. */
export async function cleared(folder: string): Promise<number> {
  const start = Date.now();
  for (;;) {
    const left = leftovers(folder);
    const tookMs = Date.now() - start;
    if (left.length === 0) return tookMs;
    assert.ok(tookMs < clearedWithinMs, `left after ${tookMs} ms:\n${left.join('\n')}`);
    await delay(20);
  }
}

/**
 * Runs `body` with a folder of its own for run directories, which is in the environment of every process that it
 * starts, and fails if anything is left of them afterwards.
 */
export async function withoutLeaks<T>(body: (folder: string) => Promise<T>): Promise<T> {
  // Short, for the paths of sockets.
  const folder = mkdtempSync('/tmp/lt-');
  const caches = join(root, 'out', 'tests', 'caches');
  mkdirSync(caches, { recursive: true });
  const before = { ...process.env };
  process.env['XDG_RUNTIME_DIR'] = folder;
  process.env['XDG_CACHE_HOME'] = caches;
  try {
    const result = await body(folder);
    await cleared(folder);
    return result;
  } finally {
    for (const name of ['XDG_RUNTIME_DIR', 'XDG_CACHE_HOME']) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
    for (const { pid } of processesWith(folder)) process.kill(pid, 'SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}
