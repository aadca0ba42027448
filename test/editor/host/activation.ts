import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { api, extension } from './extensionUnderTest';
import type { HostTests } from './hostTests';

/** What `activate` may take; whoever opens the editor waits for it. */
const activationBudgetMs = 300;

/** The extension comes up in a real editor. */
export const activation: HostTests = {
  'activates within its budget and starts nothing': async () => {
    const startedMs = performance.now();
    const { clusters } = await api();
    const tookMs = performance.now() - startedMs;
    assert.ok(tookMs <= activationBudgetMs, `took ${tookMs.toFixed(0)} ms of ${activationBudgetMs} ms`);
    assert.equal(clusters.running, false);
  },

  'runs in the workspace, beside the files': () => {
    assert.equal(extension().extensionKind, vscode.ExtensionKind.Workspace);
    return Promise.resolve();
  },
};
