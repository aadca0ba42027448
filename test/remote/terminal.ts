/** The command line in a terminal of its own, at which somebody types. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { shellQuote } from '../../runtime/launch/remote';
import { root } from '../cluster/leakCheck';

/** Runs `lockstep ARGS` in a terminal; each question that matches is answered with the next of these lines. */
export function lockstepInTerminal(
  args: string[],
  cwd: string,
  question: RegExp,
  lines: string[],
): Promise<{ code: number | null; screen: string }> {
  const command = [process.execPath, join(root, 'dist', 'cli.js'), ...args].map(shellQuote).join(' ');
  const child = spawn('script', ['--quiet', '--return', '--flush', '--command', command, '/dev/null'], {
    cwd,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let screen = '';
  let answered = 0;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen += text;
    if (lines.length > 0 && question.test(screen.slice(answered))) {
      answered = screen.length;
      child.stdin.write(`${lines.shift()}\r`);
    }
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject).on('close', (code) => resolve({ code, screen }));
  });
}
