import type { DebugProtocol } from '@vscode/debugprotocol';
import { ProtocolServer } from '@vscode/debugadapter/lib/protocol';
import { LockstepError } from '../../runtime/protocol/errors';
import { toDapError } from './dapError';

/** Answers one request: gets its arguments as they came, returns the body of the response. */
export type RequestHandler = (input: unknown) => unknown;

/**
 * The client's side of the adapter. Invariant: every request gets exactly one response; one that is unknown or
 * malformed gets an error.
 */
export abstract class DapConnection extends ProtocolServer {
  /** Every request that is answered, one line each. */
  protected abstract readonly handlers: Record<string, RequestHandler>;
  /** Whether the client is to show the user why a program could not be started. */
  protected abstract readonly clientShowsErrors: boolean;

  constructor() {
    super();
    // What cannot be parsed has no sequence number that could be answered.
    this.on('error', () => undefined);
  }

  /** Sends an event; the body is what the protocol says for it. */
  protected emitEvent(event: string, body?: object): void {
    this.sendEvent({ seq: 0, type: 'event', event, body });
  }

  protected override dispatchRequest(request: DebugProtocol.Request): void {
    void this.answer(request);
  }

  private async answer(request: DebugProtocol.Request): Promise<void> {
    const { command, seq } = request;
    const response: DebugProtocol.Response = {
      seq: 0,
      type: 'response',
      request_seq: seq,
      command,
      success: true,
    };
    try {
      const handler = Object.hasOwn(this.handlers, command) ? this.handlers[command] : undefined;
      if (!handler) throw new LockstepError('unknownMethod', { method: command });
      response.body = await handler(request.arguments);
    } catch (error) {
      const { message, body } = toDapError(command, error, this.clientShowsErrors);
      Object.assign(response, { success: false, message, body });
    }
    this.sendResponse(response);
  }
}
