import type { ReplicaIdentity } from '../protocol/service';
import { programKey } from './spmd';

/** What a service is given on each node. */
export interface ServiceContext extends ReplicaIdentity {
  /** Prints a line that is marked as this replica's; takes what `console.log` takes. */
  log: (...values: unknown[]) => void;
  /** The arguments after `--` on the command line, or `args` of the launch configuration. */
  args: string[];
}

/** What a service gives back once it has started. */
export interface RunningService {
  /** Whether it can do its work. Asked about once a second; what throws or takes too long is not healthy. */
  healthy(): boolean | Promise<boolean>;
  /** Called before the replica ends: finish what is under way, close what is open. */
  stop?(): void | Promise<void>;
}

/** A service, as the default export of its file. */
export interface Service {
  readonly [programKey]: 'service';
  readonly run: (context: ServiceContext) => unknown;
}

/**
 * Makes a long-running program for `lockstep deploy`: the same function starts on every node, as replicas that are
 * told apart by `rank`. Replicas exchange no messages: while a new version replaces the old one, both run side by side.
 *
 * ```ts
 * export default service(({ rank, log }) => {
 *   const server = createServer(answer).listen(`/tmp/airports-${rank}.sock`);
 *   return { healthy: () => server.listening, stop: () => void server.close() };
 * });
 * ```
 */
export function service(run: (context: ServiceContext) => RunningService | Promise<RunningService>): Service {
  return { [programKey]: 'service', run };
}

/** True for what {@link service} returns. */
export function isService(value: unknown): value is Service {
  return (
    typeof value === 'object' && value !== null && programKey in value && value[programKey] === 'service'
  );
}

/** True for what a service must give back. */
export function isRunningService(value: unknown): value is RunningService {
  if (typeof value !== 'object' || value === null) return false;
  const { healthy, stop } = value as Partial<RunningService>;
  return typeof healthy === 'function' && (stop === undefined || typeof stop === 'function');
}
