/** Begins a command on a host, past whatever the user's login shell writes first. */
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { LockstepError } from '../../protocol/errors';
import type { RemoteProcess } from './remoteHost';
import { portableCommand } from './shellQuote';

/** Login shells that greet with more than this are not waited for. */
const mostGreetingBytes = 256 * 1024;
const mostErrorChars = 4096;
/** Linux takes no word of more than 128 KiB on a command line; what is longer goes over standard input. */
const longestCommandBytes = 48 * 1024;

/** Starts a command line as the host's login shell reads it. */
export type StartCommand = (commandLine: string) => Promise<RemoteProcess>;

/**
 * Runs a line for a POSIX shell. A marker tells where the command's own output begins. Throws
 * LockstepError(sshNoCommand) with the host's own words where the marker does not come.
 */
export async function beginCommand(host: string, line: string, start: StartCommand): Promise<RemoteProcess> {
  const marker = `\x1e${randomBytes(12).toString('hex')}\n`;
  const announce = `printf '\\036%s\\n' ${marker.trim()}`;
  const whole = portableCommand(`${announce}\n${line}`);
  const sent = whole.length > longestCommandBytes ? readOverInput(line) : undefined;
  const process = await start(sent ? portableCommand(`${announce}\n${sent.command}`) : whole);
  const greeting = await readPast(process.stdout, Buffer.from(marker));
  if (greeting === undefined) {
    if (sent) process.stdin.write(sent.input);
    // Where the output ended with the marker, its end was emitted before anybody could listen for it.
    return process.stdout.readableEnded ? { ...process, stdout: Readable.from([]) } : process;
  }
  const [errors, end] = await Promise.all([readText(process.stderr), process.ended]);
  const reason =
    lastLine(errors) ?? lastLine(greeting) ?? `the login shell ended with exit code ${end.code ?? 'unknown'}`;
  process.kill();
  throw new LockstepError('sshNoCommand', { host, reason });
}

/**
 * A short command that reads a long one from its standard input and runs it, with what follows there as its input. A
 * shell reads lines from a pipe byte by byte, and so takes nothing of what follows. One that was cut off does not run.
 */
function readOverInput(line: string): { command: string; input: string } {
  const end = randomBytes(12).toString('hex');
  const read = `while IFS= read -r line; do [ "$line" = ${end} ] && exit 0; printf '%s\\n' "$line"; done; exit 1`;
  return { command: `script=$(${read}) || exit 1\neval "$script"`, input: `${line}\n${end}\n` };
}

/** Takes everything up to the marker from a stream; answers what came where the marker did not. */
function readPast(stream: Readable, marker: Buffer): Promise<string | undefined> {
  return new Promise((resolve) => {
    let seen = Buffer.alloc(0);
    const finish = (result: string | undefined) => {
      stream.off('readable', onReadable).off('end', onEnd).off('close', onEnd).off('error', onEnd);
      resolve(result);
    };
    const onEnd = () => finish(seen.toString());
    // Read by hand: a stream that has flowed and was paused would not flow for its next reader.
    const onReadable = () => {
      for (let chunk = take(stream); chunk; chunk = take(stream)) {
        seen = Buffer.concat([seen, chunk]);
        const at = seen.indexOf(marker);
        if (at >= 0) {
          finish(undefined);
          const rest = seen.subarray(at + marker.length);
          if (rest.length > 0) stream.unshift(rest);
          return;
        }
        if (seen.length > mostGreetingBytes) return onEnd();
      }
    };
    stream.on('readable', onReadable).on('end', onEnd).on('close', onEnd).on('error', onEnd);
  });
}

const take = (stream: Readable): Buffer | null => stream.read() as Buffer | null;

/** The text of a stream to its end, its last part where it is long. */
export function readText(stream: Readable): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const finish = () => resolve(text);
    if (stream.readableEnded || stream.destroyed) return finish();
    stream.on('data', (chunk: Buffer) => (text = (text + chunk.toString()).slice(-mostErrorChars)));
    stream.on('end', finish).on('close', finish).on('error', finish);
  });
}

/** Reads a stream to its end, whoever waits; each call answers the next line, or undefined after the last. */
export function lineReader(stream: Readable): () => Promise<string | undefined> {
  const lines: string[] = [];
  const waiting: ((line: string | undefined) => void)[] = [];
  let rest = '';
  let ended = false;
  const settle = () => {
    while (waiting.length > 0 && (lines.length > 0 || ended)) waiting.shift()?.(lines.shift());
  };
  const onEnd = () => {
    ended = true;
    settle();
  };
  stream.on('data', (chunk: Buffer) => {
    const parts = (rest + chunk.toString()).split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts);
    settle();
  });
  stream.on('end', onEnd).on('close', onEnd).on('error', onEnd);
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      settle();
    });
}

/** The last line that says something. */
export function lastLine(text: string): string | undefined {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter(Boolean)
    .pop()
    ?.replace(/\.$/, '');
}
