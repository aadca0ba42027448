/** Runs programs the way a user does: `lockstep run` as a process of its own. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The repository's folder. */
export const root = process.env.LOCKSTEP_ROOT ?? process.cwd();

/** The folder of a sample in the repository. */
export const sampleFolder = (sample: string): string => join(root, 'samples', sample);

export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs the command line `lockstep ARGS` to its end. */
export function lockstep(args: string[]): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, 'dist', 'cli.js'), ...args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

interface JsonLine {
  type: string;
  node?: number;
  text?: string;
  ok?: boolean;
}

/**
 * Runs a program with `--json` and checks that it ends well, by its exit code and by its last line. Answers the
 * lines that each node printed.
 */
export async function runProgram(program: string, nodes: number, args: string[] = []): Promise<string[][]> {
  const { code, stdout, stderr } = await lockstep([
    'run',
    program,
    '--nodes',
    String(nodes),
    '--json',
    '--',
    ...args,
  ]);
  assert.equal(code, 0, `${program} on ${nodes} nodes ended with ${code}:\n${stdout}${stderr}`);
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as JsonLine);
  const last = lines.at(-1);
  assert.equal(last?.type, 'finished');
  assert.equal(last.ok, true);
  const printed = Array.from({ length: nodes }, (): string[] => []);
  for (const { type, node, text } of lines) {
    if (type === 'output') printed[node ?? -1]?.push(...(text ?? '').split('\n'));
  }
  return printed;
}

/** What a sample's `expected.txt` says that each node prints; `…` stands for what differs from run to run. */
export function expectedLines(sample: string): string[][] {
  const printed: string[][] = [];
  for (const line of readFileSync(join(sampleFolder(sample), 'expected.txt'), 'utf8')
    .trimEnd()
    .split('\n')) {
    const [, node, text = ''] = /^\[(\d+)\] (.*)$/.exec(line) ?? assert.fail(line);
    (printed[Number(node)] ??= []).push(text);
  }
  return printed;
}

/** Checks what a sample prints in a terminal, on four nodes if nothing is said, against its `expected.txt`. */
export async function checkExpected(sample: string, program: string, nodes = 4): Promise<void> {
  const { code, stdout, stderr } = await lockstep([
    'run',
    join(sampleFolder(sample), program),
    '--nodes',
    String(nodes),
  ]);
  assert.equal(code, 0, stdout + stderr);
  const expected = expectedLines(sample).flatMap((texts, node) => texts.map((text) => `[${node}] ${text}`));
  // The nodes print at the same time, so that their lines come in any order; those of one node do not.
  const nodeOf = (line: string) => Number(/^\[(\d+)\]/.exec(line)?.[1]);
  const actual = stdout
    .trimEnd()
    .split('\n')
    .sort((a, b) => nodeOf(a) - nodeOf(b));
  const filled = expected.map((line, i) => (matches(line, actual[i] ?? '') ? actual[i] : line));
  assert.deepEqual(actual, filled);
}

/** Whether a line is as expected; `…` stands for what differs from run to run. */
export function matches(expected: string, actual: string): boolean {
  const parts = expected.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.+')}$`).test(actual);
}
