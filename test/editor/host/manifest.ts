import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { api, extension } from './extensionUnderTest';
import type { HostTests } from './hostTests';

interface Manifest {
  activationEvents: string[];
  contributes: {
    commands: { command: string; title: string; icon?: string }[];
    menus: Record<string, { command: string; when?: string }[]>;
    configuration: { properties: Record<string, { description?: string; markdownDescription?: string }> };
  };
}

const manifest = (): Manifest => extension().packageJSON as Manifest;

/** Called by the editor, by rows and by views; with what they hand over, never by hand. */
const internal = ['pickJob', 'revealNode', 'openSource', 'moreTasks', 'cutLink'].map(
  (name) => `lockstep.${name}`,
);
/** Made by the editor for each view. */
const ofViews = /^lockstep\.(cluster|found|jobs|topology)\./;

/** What the manifest says is what the extension does. */
export const manifestTests: HostTests = {
  'every command of the manifest is there, and no other': async () => {
    await api();
    const named = manifest().contributes.commands.map(({ command }) => command);
    const registered = (await vscode.commands.getCommands(true)).filter(
      (command) => command.startsWith('lockstep.') && !ofViews.test(command),
    );
    assert.deepEqual(registered.sort(), [...named, ...internal].sort());
  },

  'every command in a menu is in the list of commands': async () => {
    const named = new Set(manifest().contributes.commands.map(({ command }) => command));
    for (const entry of Object.values(manifest().contributes.menus).flat()) {
      assert.ok(named.has(entry.command), entry.command);
    }
  },

  'every setting has a description and a default of the right kind': async () => {
    const settings = vscode.workspace.getConfiguration();
    for (const [name, { description, markdownDescription }] of Object.entries(
      manifest().contributes.configuration.properties,
    )) {
      assert.ok(description ?? markdownDescription, name);
      assert.notEqual(settings.inspect(name)?.defaultValue, undefined, name);
    }
  },

  'the extension is not woken at start': async () => {
    for (const event of manifest().activationEvents) assert.doesNotMatch(event, /^\*$|onStartupFinished/);
  },
};
