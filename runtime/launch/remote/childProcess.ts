import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import type { RemoteEnd, RemoteProcess } from './remoteHost';

/** A command on another machine whose streams are those of a child here; `endOf` reads how the child ended. */
export function remoteProcessOf(
  child: ChildProcessWithoutNullStreams,
  endOf: (code: number | null, signal: NodeJS.Signals | null) => RemoteEnd,
): RemoteProcess {
  child.on('error', () => undefined); // `close` follows
  child.stdin.on('error', () => undefined);
  const ended = new Promise<RemoteEnd>((resolve) => {
    child.on('close', (code, signal) => resolve(endOf(code, signal)));
  });
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    ended,
    kill() {
      child.stdout.resume();
      child.stderr.resume();
      child.kill();
    },
  };
}
