import { accepting } from './dap/arguments';
import { DapConnection } from './dap/dapConnection';
import { breakpointModeDescriptions } from './dap/protocol';
import type { AdapterOptions } from './options';

/** The debug adapter, for the editor's extension host (it is a `vscode.DebugAdapter`) and for stdio (`start`). */
export class LockstepDebugAdapter extends DapConnection {
  protected readonly handlers = {
    initialize: accepting('initialize', 'initialize', () => ({
      breakpointModes: breakpointModeDescriptions,
    })),
  };

  constructor(readonly options: AdapterOptions) {
    super();
  }
}
