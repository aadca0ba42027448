import type * as vscode from 'vscode';
import type { CustomRequests, StepKind, StepScope } from '../../debug-adapter';
import type { Lockstep } from '../lockstep';
import { pickNode } from './pick';

/** A command that moves the node that the debugger stands on, or all nodes together, whatever the setting says. */
export function step(kind: StepKind, scope: StepScope) {
  return async ({ sessions }: Lockstep): Promise<void> => {
    const session = activeSession(sessions.active);
    const threadId = sessions.activeThread;
    if (threadId === undefined) {
      throw new Error('No node is stopped. Pause one, or set a breakpoint, and step from there.');
    }
    await request(session, 'lockstep/step', { threadId, kind, scope });
  };
}

/** Pauses every node. */
export async function pauseAll({ sessions }: Lockstep): Promise<void> {
  await request(activeSession(sessions.active), 'lockstep/pauseAll', {});
}

/** Lets every paused node go on. */
export async function continueAll({ sessions }: Lockstep): Promise<void> {
  await request(activeSession(sessions.active), 'lockstep/continueAll', {});
}

/** Brings a node's thread to the front in the debugger; a node that runs is paused, as only a stopped one can be. */
export async function focusNode(lockstep: Lockstep, element?: unknown): Promise<void> {
  const address = await pickNode(lockstep, element, 'Node to focus');
  if (!address) return;
  const session = lockstep.sessions.ofJob(address.job);
  if (!session) {
    throw new Error(
      `${address.job} is not being debugged. Attach to it with "Lockstep: Attach to Running Job".`,
    );
  }
  const { stopped } = await lockstep.sessions.focus(session, address.rank);
  if (!stopped) await lockstep.sessions.pause(session, address.rank);
}

function activeSession(session: vscode.DebugSession | undefined): vscode.DebugSession {
  if (!session) throw new Error('No program is being debugged. Start one with "Lockstep: Debug Program".');
  return session;
}

async function request<Name extends keyof CustomRequests>(
  session: vscode.DebugSession,
  name: Name,
  input: CustomRequests[Name]['arguments'],
): Promise<void> {
  await session.customRequest(name, input);
}
