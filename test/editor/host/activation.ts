import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { HostTests } from './hostTests';

const extensionId = 'lockstep.lockstep';

/** The extension comes up in a real editor, with what its manifest promises. */
export const activation: HostTests = {
  'the extension is there': async () => {
    const extension = vscode.extensions.getExtension(extensionId);
    assert.ok(extension, `${extensionId} is not among the editor's extensions`);
    assert.equal(extension.extensionKind, vscode.ExtensionKind.Workspace);
  },
};
