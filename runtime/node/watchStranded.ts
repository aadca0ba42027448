import type { ProgressEngine } from '../mpi/progressEngine';
import type { Wait } from '../protocol/node';
import type { LastAwaited } from './lastAwaited';
import type { OnlyMessages } from './onlyMessages';

const lookMs = 100;

/**
 * Notices when a program that awaits can never go on: it awaits no message, and its event loop holds nothing that could
 * settle what it awaits. Node.js itself ends a process then, with code 13; here the node is blocked, in a wait that no
 * other node can help with, so that the deadlock watch finds it and explains it with all others.
 *
 * It looks every now and then until the program is over. Once it has found the program so, the event loop is looked at by
 * whoever takes messages in meanwhile (`Channel.rung`), since something may bring the program to life yet: what somebody
 * types into the debugger.
 *
 * A driver awaits what its tasks bring, and takes messages in itself: `isIdle` is whether none is left that could.
 */
export async function watchStranded(
  engine: Pick<ProgressEngine, 'awaited' | 'progress'>,
  onlyMessages: Pick<OnlyMessages, 'probe'>,
  last: Pick<LastAwaited, 'clean'>,
  isOver: () => boolean,
  isIdle?: () => boolean,
): Promise<void> {
  const { awaited } = engine;
  const isCandidate = (): boolean =>
    !isOver() && awaited.size === 0 && !awaited.isStranded && isIdle?.() !== false;
  for (let times = 0; !isOver();) {
    await new Promise((resolve) => setTimeout(resolve, lookMs).unref());
    last.clean();
    if (!isCandidate() || !(await onlyMessages.probe()) || !isCandidate()) continue;
    times += 1;
    const wait: Wait = {
      operation: 'await',
      communicator: isIdle ? 'tasks' : 'world',
      needs: 'any',
      waitsFor: [],
      requests: [{ operation: 'a promise that nothing can settle', communicator: 'world' }],
      open: 1,
      stranded: times,
    };
    awaited.strand(wait, isIdle ? undefined : () => engine.progress(wait));
  }
}
