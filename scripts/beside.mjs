// Tasks beside one another, as many as the processors have room for, and programs that are run for one of them.
import { spawn } from 'node:child_process';
import { root } from './setup.mjs';

/**
 * `load` is the number of processors that it keeps busy when it runs alone.
 * @template T
 * @typedef {{ load: number, run: () => Promise<T> }} Task
 */

/**
 * Starts each task as soon as there is room for it beside those that run, the first in the list first; one that has no
 * room on an empty machine has it to itself. Answers what they answered, in the order of the list.
 *
 * @template T
 * @param {Task<T>[]} tasks
 * @param {number} processors
 * @returns {Promise<T[]>}
 */
export function runBeside(tasks, processors) {
  const waiting = new Set(tasks.keys());
  /** @type {Set<number>} */
  const running = new Set();
  /** @type {T[]} */
  const answers = [];
  const loadOf = (/** @type {number} */ index) => /** @type {Task<T>} */ (tasks[index]).load;
  return new Promise((resolve, reject) => {
    const begin = async (/** @type {number} */ index) => {
      waiting.delete(index);
      running.add(index);
      answers[index] = await /** @type {Task<T>} */ (tasks[index]).run();
      running.delete(index);
      fill();
    };
    const fill = () => {
      for (const index of waiting) {
        const busy = [...running].reduce((sum, each) => sum + loadOf(each), 0);
        if (running.size === 0 || busy + loadOf(index) <= processors) begin(index).catch(reject);
      }
      if (running.size === 0) resolve(answers);
    };
    fill();
  });
}

/**
 * Runs a program of Node.js with its output in this turn; answers its exit code or the signal that ended it.
 *
 * @param {string[]} args
 * @param {import('./turns.mjs').Turn} turn
 * @param {NodeJS.ProcessEnv} [env]
 */
export async function runInTurn(args, turn, env = process.env) {
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.on('data', turn.write);
  child.stderr.on('data', turn.write);
  const stop = (/** @type {NodeJS.Signals} */ signal) => child.kill(signal);
  process.on('SIGINT', stop).on('SIGTERM', stop);
  const end = await new Promise((done) => {
    child.on('close', (code, signal) => done(code ?? signal));
    // What it has left running may hold its output open.
    child.on('exit', (code, signal) => setTimeout(() => done(code ?? signal), 1000));
  });
  process.off('SIGINT', stop).off('SIGTERM', stop);
  return end;
}
