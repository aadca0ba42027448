/** JSON-RPC connections, and requests over them with LockstepErrors on both sides. */
import type { Readable, Writable } from 'node:stream';
import {
  createMessageConnection,
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

/** Sends a request and turns any failure into a LockstepError. */
export async function request(
  connection: MessageConnection,
  method: string,
  params: object,
): Promise<unknown> {
  try {
    return await connection.sendRequest(method, params);
  } catch (error) {
    if (error instanceof ResponseError && error.code === lockstepErrorCode) {
      throw LockstepError.fromWire(error.data as WireError);
    }
    throw new LockstepError('coordinatorLost', { reason: (error as Error).message }, { cause: error });
  }
}

/** Sends a notification; a link that closes in this moment is noticed where it is read. */
export async function notify(connection: MessageConnection, method: string, params: object): Promise<void> {
  await connection.sendNotification(method, params).catch(() => undefined);
}

/** Answers a request; a failure reaches the caller as a LockstepError. */
export function handle(
  connection: MessageConnection,
  method: string,
  handler: (params: never) => unknown,
): void {
  connection.onRequest(method, async (params: object) => {
    try {
      return (await handler(params as never)) ?? null;
    } catch (error) {
      const wire = LockstepError.from(error).toWire();
      throw new ResponseError(lockstepErrorCode, wire.message, wire);
    }
  });
}
