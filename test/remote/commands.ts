/** Small steps that tests of remote hosts share. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { RemoteEnd, RemoteHost } from '../../runtime/launch/remote';
import { LockstepError } from '../../runtime/protocol/errors';

/** All of a stream as text. */
export async function textOf(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** Runs a command on a host to its end. */
export async function run(
  host: RemoteHost,
  command: string,
  input = '',
): Promise<RemoteEnd & { stdout: string; stderr: string }> {
  const process = await host.exec(command);
  process.stdin.end(input);
  const [stdout, stderr, end] = await Promise.all([
    textOf(process.stdout),
    textOf(process.stderr),
    process.ended,
  ]);
  return { ...end, stdout, stderr };
}

/** The error that a promise is rejected with: a sentence that begins with the host's name. */
export async function failure(promise: Promise<unknown>, host = 'lab'): Promise<LockstepError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof LockstepError, `not an error of Lockstep: ${String(error)}`);
  assert.ok(error.message.startsWith(`${host}: `), error.message);
  assert.doesNotMatch(error.message, /undefined|\n|\[object|\.\./);
  return error;
}

/** Waits for a condition that another process brings about. */
export async function eventually(what: string, holds: () => boolean, limitMs = 10_000): Promise<void> {
  const startMs = performance.now();
  while (!holds()) {
    assert.ok(performance.now() - startMs < limitMs, `${what}: not within ${limitMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Processes whose command line contains a text. */
export function processesWith(text: string): string[] {
  const { stdout } = spawnSync('ps', ['-eo', 'pid=,stat=,args='], { encoding: 'utf8' });
  return stdout.split('\n').filter((line) => line.includes(text) && !/^\s*\d+ Z/.test(line));
}
