import type { Client } from '../runtime/client';
import type { StepScope } from './dap/protocol';

/** The part of the control API's client that the adapter uses. */
export type ClusterClient = Pick<
  Client,
  'request' | 'sendCdp' | 'onEvent' | 'onCdp' | 'onClosed' | 'dispose'
>;

/** What the adapter is given by whoever runs it: the editor's extension, or `main.ts` on stdio. */
export interface AdapterOptions {
  /**
   * Opens a connection to the coordinator that is to run `program`. The connection has to be the adapter's alone: it
   * sets its subscription. A shared coordinator is reached with `connect(runDirectory)`.
   */
  openClient(request: { program: string }): Promise<ClusterClient>;
  /** Gives a connection back, also one of an attach; `leftJob` is a job that is to go on. */
  releaseClient(client: ClusterClient, leftJob?: string): Promise<void> | void;
  /** What continue and steps move when the configuration does not say. */
  defaultStep: StepScope;
  /** False where whoever runs the adapter shows why a program could not be started; absent: the client does. */
  clientShowsErrors?: boolean;
  /** Bound of the output that one node may send into the debug console. */
  outputBytesPerSecond?: number;
}
