/** Requests over vscode-jsonrpc with LockstepErrors on both sides. */
import { type MessageConnection, ResponseError } from 'vscode-jsonrpc/node';
import { LockstepError, type WireError } from '../protocol/errors';

/** JSON-RPC code of an error whose `data` is a {@link WireError}. */
const lockstepErrorCode = -32000;

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

/** Answers a request; a failure reaches the caller as a LockstepError. */
export function handle(
  connection: MessageConnection,
  method: string,
  handler: (params: never) => Promise<unknown> | unknown,
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
