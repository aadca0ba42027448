/** The adapter on standard input and output: `lockstep dap`, for editors that start it as a program. */
import { startCoordinator } from '../runtime/client';
import { LockstepDebugAdapter } from './adapter';
import type { ClusterClient } from './options';

/** Serves one session; resolves when it is over. A job that the client left alone is waited for. */
export async function serveStandardStreams(): Promise<void> {
  const own = new Set<ClusterClient>();
  const releases: Promise<void>[] = [];
  const adapter = new LockstepDebugAdapter({
    async openClient() {
      const client = await startCoordinator({ workspace: process.cwd(), distribution: __dirname });
      own.add(client);
      return client;
    },
    releaseClient(client, leftJob) {
      // A coordinator of our own ends with the connection, and its jobs with it.
      const left = leftJob && own.has(client) ? client.request('waitJob', { job: leftJob }) : undefined;
      releases.push(
        Promise.resolve(left)
          .then(ignore, ignore)
          .then(() => client.dispose()),
      );
    },
    defaultStep: 'node',
  });
  const over = new Promise<void>((resolve) => {
    adapter.once('disconnected', () => resolve());
    adapter.once('close', () => resolve());
  });
  adapter.start(process.stdin, process.stdout);
  await over;
  adapter.dispose();
  await Promise.all(releases);
  process.stdin.destroy();
}

const ignore = (): void => undefined;
