/** Everything that the extension registers for the debug type `lockstep`. */
import * as vscode from '../vscode';
import type { Lockstep } from '../lockstep';
import { AdapterFactory } from './adapterFactory';
import {
  ConfigurationResolver,
  initialConfigurations,
  workspaceConfigurations,
} from './configurationProviders';
import { SessionTrackers } from './sessionTracker';

/** Registers the adapter, the configuration providers and the tracker. */
export function registerDebugging(lockstep: Lockstep): vscode.Disposable {
  const { debug } = vscode;
  const { Initial, Dynamic } = vscode.DebugConfigurationProviderTriggerKind;
  const adapters = new AdapterFactory(lockstep);
  return vscode.Disposable.from(
    adapters,
    debug.registerDebugConfigurationProvider('lockstep', new ConfigurationResolver(lockstep)),
    debug.registerDebugConfigurationProvider('lockstep', initialConfigurations, Initial),
    debug.registerDebugConfigurationProvider('lockstep', workspaceConfigurations, Dynamic),
    debug.registerDebugAdapterDescriptorFactory('lockstep', adapters),
    debug.registerDebugAdapterTrackerFactory('lockstep', new SessionTrackers(lockstep, adapters)),
  );
}
