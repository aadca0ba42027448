import * as vscode from '../vscode';
import { readSettings } from '../config';
import { loadRuntime } from '../loadRuntime';
import type { Lockstep } from '../lockstep';
import { LockstepError } from '../../runtime/protocol/errors';
import { completeConfiguration, configurationOfEditor, launchOf, problemOf } from './completeConfiguration';
import { parseJobAddress } from './jobAddress';
import { findPrograms } from './workspacePrograms';

/** Completes every configuration of type `lockstep` before its session starts, and F5 without one. */
export class ConfigurationResolver implements vscode.DebugConfigurationProvider {
  constructor(private readonly lockstep: Lockstep) {}

  resolveDebugConfiguration(
    folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration,
  ): vscode.ProviderResult<vscode.DebugConfiguration> {
    const { program, choice } = this.lockstep;
    const active = program.uri;
    const own = configurationOfEditor(configuration, active?.fsPath);
    if (!own) {
      say('Open a file with a program first: one that calls spmd(...) of the package lockstep.');
      return undefined;
    }
    const { nodes, step } = readSettings(active ?? folder?.uri);
    const defaults = { activeProgram: active?.fsPath, nodes, cluster: choice.chosen(), step };
    return { ...completeConfiguration(own, defaults) };
  }

  async resolveDebugConfigurationWithSubstitutedVariables(
    _folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration,
  ): Promise<vscode.DebugConfiguration | undefined> {
    if (!vscode.workspace.isTrusted) {
      say(new LockstepError('restrictedMode').message);
      return undefined;
    }
    const problem = problemOf(configuration);
    if (problem) {
      say(`The launch configuration "${configuration.name}" cannot be started: ${problem}`);
      return undefined;
    }
    return configuration.request === 'attach' ? located(configuration) : configuration;
  }
}

/** Launch configurations of the programs that are in the workspace: for the list of F5, and for a new launch.json. */
export const workspaceConfigurations: vscode.DebugConfigurationProvider = {
  async provideDebugConfigurations(folder, token) {
    const programs = await findPrograms(folder, token);
    return programs.map((uri) => {
      const path = vscode.workspace.asRelativePath(uri, false);
      // Written with the variable, so that a launch.json made of it can be shared.
      const inFolder = vscode.workspace.getWorkspaceFolder(uri);
      return { ...launchOf(inFolder ? `\${workspaceFolder}/${path}` : uri.fsPath), name: `Debug ${path}` };
    });
  },
};

/** What a new launch.json begins with where the workspace has no program yet. */
export const initialConfigurations: vscode.DebugConfigurationProvider = {
  async provideDebugConfigurations(folder, token) {
    const found = (await workspaceConfigurations.provideDebugConfigurations?.(folder, token)) ?? [];
    if (found.length > 0) return found;
    return [{ ...launchOf('${file}'), name: 'Debug the program in the editor', nodes: 4 }];
  },
};

/** An attach configuration with the coordinator of its job, so that the views can show the job too. */
async function located(configuration: vscode.DebugConfiguration): Promise<vscode.DebugConfiguration> {
  const named = configuration.job as unknown;
  const { job, runDirectory } = typeof named === 'string' ? parseJobAddress(named) : {};
  if (runDirectory !== undefined) return { ...configuration, job, runDirectory };
  if (configuration.runDirectory !== undefined) return configuration;
  const [found] = (await loadRuntime().findJobs()).filter((each) => job === undefined || each.job.id === job);
  // Where there is none, the adapter says so.
  return found ? { ...configuration, job: found.job.id, runDirectory: found.runDirectory } : configuration;
}

function say(message: string): void {
  void vscode.window.showErrorMessage(message);
}
