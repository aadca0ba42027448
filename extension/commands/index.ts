/** The command table: every command of the extension, and what it needs. */
import * as vscode from '../vscode';
import type { Lockstep } from '../lockstep';
import { LockstepError } from '../../runtime/protocol/errors';
import { addLabMachines } from './addLabMachines';
import { attach, pickRunningJob } from './attach';
import { openConfiguration, selectCluster, showMenu } from './cluster';
import { createSample } from './createSample';
import { exportTimeline } from './exportTimeline';
import { forgetPasswords } from './forgetPasswords';
import { continueAll, focusNode, pauseAll, step } from './debugging';
import { deployProgram, undeploy } from './deploy';
import { cutLink, healFaults, injectFault } from './injectFault';
import { addToCluster, enterLabToken, newLabToken } from './lab';
import { rollCall } from './rollCall';
import { debugProgram, runProgram } from './runProgram';
import { setUpFolder } from './setUpFolder';
import { openSource, openWalkthrough, revealFailure, revealNode, showLog, showNodeOutput } from './show';
import { killNode, stopCluster, stopJob } from './stop';
import { cancelTasks, explainTask, moreTasks, openTask, retryTasks } from './tasks';

/** A command; what it throws is shown to the user. */
type Command = (lockstep: Lockstep, ...args: unknown[]) => unknown;

/** These start or reach processes: without trust in the workspace they only say why they do nothing. */
const trusted: Record<string, Command> = {
  runProgram,
  debugProgram,
  deployProgram,
  undeploy,
  stopJob,
  stopCluster,
  killNode,
  injectFault,
  cutLink,
  healFaults,
  rollCall,
  cancelTasks,
  retryTasks,
  explainTask,
  focusNode,
  attach,
  addLabMachines,
  pickJob: pickRunningJob,
  addToCluster,
  enterLabToken,
  newLabToken,
  pauseAll,
  continueAll,
  stepOverNode: step('next', 'node'),
  stepIntoNode: step('stepIn', 'node'),
  stepOutNode: step('stepOut', 'node'),
  stepOverTogether: step('next', 'together'),
  stepIntoTogether: step('stepIn', 'together'),
  stepOutTogether: step('stepOut', 'together'),
};

/** These show, choose or write files. */
const harmless: Record<string, Command> = {
  showNodeOutput,
  revealNode,
  revealFailure,
  openSource,
  openTask,
  moreTasks,
  openTopology: ({ topology }) => topology.open(),
  openMetrics: ({ metrics }) => metrics.open(),
  openTimeline: ({ timeline }) => timeline.open(),
  exportTimeline,
  createSample,
  setUpFolder,
  selectCluster,
  openConfiguration,
  showMenu,
  showLog,
  openWalkthrough,
  forgetPasswords,
};

/** Registers all of them. */
export function registerCommands(lockstep: Lockstep): vscode.Disposable {
  const register = (table: Record<string, Command>, needsTrust: boolean): vscode.Disposable[] =>
    Object.entries(table).map(([name, command]) =>
      vscode.commands.registerCommand(`lockstep.${name}`, (...args: unknown[]) =>
        run(lockstep, name, command, needsTrust, args),
      ),
    );
  return vscode.Disposable.from(...register(trusted, true), ...register(harmless, false));
}

async function run(
  lockstep: Lockstep,
  name: string,
  command: Command,
  needsTrust: boolean,
  args: unknown[],
): Promise<unknown> {
  try {
    if (needsTrust && !vscode.workspace.isTrusted) throw new LockstepError('restrictedMode');
    return await command(lockstep, ...args);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    lockstep.log.error(`${name}: ${message}`);
    // Not awaited: the message may stand for long, and whoever called the command need not wait for it.
    void vscode.window.showErrorMessage(message, 'Show Log').then((answer) => {
      if (answer) lockstep.log.show();
    });
    return undefined;
  }
}
