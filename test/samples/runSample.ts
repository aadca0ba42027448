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

/** Checks what a sample prints in a terminal against its `expected.txt`; see `assertOutput`. */
export async function checkExpected(sample: string, program: string): Promise<void> {
  const { code, stdout, stderr } = await lockstep([
    'run',
    join(sampleFolder(sample), program),
    '--nodes',
    '4',
  ]);
  assert.equal(code, 0, stdout + stderr);
  assertOutput(stdout, readFileSync(join(sampleFolder(sample), 'expected.txt'), 'utf8'));
}

/**
 * Checks lines against expected ones. The nodes print at the same time, so that their lines may come in any order; those
 * of one node may not. `…` stands for what differs from run to run.
 */
export function assertOutput(actual: string, expected: string): void {
  const byNode = (text: string) => {
    const lines = text.trimEnd().split('\n');
    const nodeOf = (line: string) => Number(/\d+/.exec(line)?.[0] ?? -1);
    return lines.sort((a, b) => nodeOf(a) - nodeOf(b)); // a stable sort: the order of a node's lines stays
  };
  const actualLines = byNode(actual);
  const expectedLines = byNode(expected);
  const matching = expectedLines.map((line, i) => {
    const pattern = line.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(`^${pattern.join('.+')}$`).test(actualLines[i] ?? '') ? actualLines[i] : line;
  });
  assert.deepEqual(actualLines, matching);
}
