/** JSON-RPC connections, and requests over them with LockstepErrors on both sides. */
import type { Readable, Writable } from 'node:stream';
import {
  CancellationTokenSource,
  createMessageConnection,
  type CancellationToken,
  type MessageConnection,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';
import { LockstepError, type WireError } from '../protocol/errors';
import { BoundedReader } from './boundedReader';
import type { Link } from './link';

export type { MessageConnection };

/** JSON-RPC code of an error whose `data` is a {@link WireError}. */
const lockstepErrorCode = -32000;

/** A connection over a link, which closes with it; it starts with `listen()`. */
export function overLink(link: Link): MessageConnection {
  const connection = createMessageConnection(new BoundedReader(link), new StreamMessageWriter(link));
  connection.onDispose(() => link.destroy());
  return connection;
}

/** A connection over a process's standard streams; it starts with `listen()`. */
export function overStreams(input: Readable, output: Writable): MessageConnection {
  return createMessageConnection(new StreamMessageReader(input), new StreamMessageWriter(output));
}

/**
 * Sends a request and turns any failure into a LockstepError. Aborting the signal asks the other side to give it up;
 * the answer, most likely an error, is waited for all the same.
 */
export async function request(
  connection: MessageConnection,
  method: string,
  params: object,
  signal?: AbortSignal,
): Promise<unknown> {
  const source = new CancellationTokenSource();
  const cancel = () => source.cancel();
  if (signal?.aborted) cancel();
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    return await connection.sendRequest(method, params, source.token);
  } catch (error) {
    if (error instanceof ResponseError && error.code === lockstepErrorCode) {
      throw LockstepError.fromWire(error.data as WireError);
    }
    throw new LockstepError('coordinatorLost', { reason: (error as Error).message }, { cause: error });
  } finally {
    signal?.removeEventListener('abort', cancel);
  }
}

/** Sends a notification; a link that closes in this moment is noticed where it is read. */
export async function notify(connection: MessageConnection, method: string, params: object): Promise<void> {
  try {
    await connection.sendNotification(method, params);
  } catch {
    // A connection that has closed throws at once, one that closes meanwhile rejects.
  }
}

/**
 * Answers a request; a failure reaches the caller as a LockstepError. The handler's signal is aborted when the caller
 * gives the request up, or is gone.
 */
export function handle(
  connection: MessageConnection,
  method: string,
  handler: (params: never, signal: AbortSignal) => unknown,
): void {
  connection.onRequest(method, async (params: object, token: CancellationToken) => {
    const given = new AbortController();
    const giveUp = () => given.abort();
    const subscriptions = [token.onCancellationRequested(giveUp), connection.onClose(giveUp)];
    try {
      return (await handler(params as never, given.signal)) ?? null;
    } catch (error) {
      const wire = LockstepError.from(error).toWire();
      throw new ResponseError(lockstepErrorCode, wire.message, wire);
    } finally {
      for (const subscription of subscriptions) subscription.dispose();
    }
  });
}
