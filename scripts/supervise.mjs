// node supervise.mjs PROGRAM ARGS: runs a program in this process group until our standard input closes, which it does
// however our parent ends; then ends the whole group. So an editor never outlives the command that started it.
import { spawn } from 'node:child_process';

const [program, ...args] = process.argv.slice(2);
const child = spawn(/** @type {string} */ (program), args, { stdio: ['ignore', 'inherit', 'inherit'] });
let ending = false;

/** Asks all of the group to end, and kills it after 5 s; we are in it ourselves. */
function end() {
  if (ending) return;
  ending = true;
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => {});
  process.kill(-process.pid, 'SIGTERM');
  setTimeout(() => process.kill(-process.pid, 'SIGKILL'), 5000);
}

process.stdin.resume().on('end', end).on('error', end);
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, end);
child.on('exit', (code) => {
  process.kill(-process.pid, ending ? 'SIGKILL' : 'SIGTERM');
  process.exit(code ?? 1);
});
