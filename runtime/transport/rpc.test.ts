import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { LockstepError } from '../protocol/errors';
import { type MessageConnection, notify, overStreams, request } from './rpc';

/** A connection whose other side has closed. */
async function closedConnection(): Promise<MessageConnection> {
  const input = new PassThrough();
  const connection = overStreams(input, new PassThrough());
  const closed = new Promise<void>((resolve) => connection.onClose(resolve));
  connection.listen();
  input.destroy();
  await closed;
  return connection;
}

test('a notification to one that is gone is no failure of the sender', async () => {
  await notify(await closedConnection(), 'cdp', {});
});

test('a request to one that is gone says so', async () => {
  const gone = (error: unknown) => error instanceof LockstepError && error.code === 'coordinatorLost';
  await assert.rejects(request(await closedConnection(), 'run', {}), gone);
});
