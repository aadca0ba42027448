/** A service on a node's main thread: asks it how it is, and asks it to stop. */
import { inspect } from 'node:util';
import { LockstepError } from '../protocol/errors';
import type { Health } from '../protocol/service';
import { programFrames } from './sourceStack';
import { isRunningService, type RunningService } from './service';

export class ServiceHost {
  private running: RunningService | undefined;

  /** What the service's function gave back; an error thrown in it is thrown here. */
  async started(result: unknown, file: string): Promise<void> {
    const running = await result;
    if (!isRunningService(running)) throw new LockstepError('badService', { file, value: inspect(running) });
    this.running = running;
  }

  /** Never rejects: a service that throws is not healthy. */
  async health(): Promise<Health> {
    if (!this.running) return { healthy: false, reason: 'it is still starting' };
    try {
      const answer: unknown = await this.running.healthy();
      return answer === true
        ? { healthy: true }
        : { healthy: false, reason: `healthy() returned ${inspect(answer)}` };
    } catch (thrown) {
      return { healthy: false, reason: `healthy() threw ${describe(thrown)}` };
    }
  }

  /** Rejects with what the service throws. */
  async stop(): Promise<void> {
    await this.running?.stop?.();
  }
}

function describe(thrown: unknown): string {
  if (!(thrown instanceof Error)) return inspect(thrown);
  const [at] = programFrames(thrown.stack ?? '');
  return `${thrown.name}: ${thrown.message}${at ? ` (${at.file}:${at.line}:${at.column})` : ''}`;
}
