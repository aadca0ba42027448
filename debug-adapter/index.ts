/**
 * The debug adapter: one session for a whole cluster, a thread for each node. Start reading at `adapter.ts` (every
 * request, one line each); `dap/` speaks to the editor, `cdp/` to the nodes' inspectors, `session/` stands between.
 * May import: runtime/client, runtime/protocol, runtime/core. Never an editor, never a socket.
 */
export { LockstepDebugAdapter } from './adapter';
export type { AdapterOptions, ClusterClient } from './options';
export type { CustomEvents, CustomRequests, StepKind, StepScope } from './dap/protocol';
