import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { operationBytes, operationFields } from '../../runtime/protocol/operations';
import type { OperationsEvent } from '../../webviews/timeline/contract';
import { OperationLog } from './operationLog';

const words = { names: ['send'], sites: [] };

/** An event with one operation, whose message has this id. */
function event(messageId: number, part: Partial<OperationsEvent> = {}): OperationsEvent {
  const bytes = new Uint8Array(operationBytes);
  new Float64Array(bytes.buffer)[operationFields.wide.messageId] = messageId;
  new Int32Array(bytes.buffer)[operationFields.narrow.name] = 1;
  const records = Buffer.from(bytes).toString('base64');
  return { type: 'operations', job: 'job-1', rank: 0, offsetMs: 0, batch: { records, leftOut: 0 }, ...part };
}
const { batch } = event(0);
const node = { job: 'job-1', rank: 0, state: 'done', host: 'here', pid: 1, epoch: 0 } as const;

describe('operation log', () => {
  it('gives back what came, with the words of each node first', () => {
    const log = new OperationLog();
    log.add(event(1, { batch: { ...event(1).batch, words, leftOut: 3 } }));
    log.add(event(2));
    const [head, ...rest] = log.events('job-1');
    assert.deepEqual(head?.batch, { records: '', words, leftOut: 3 });
    assert.deepEqual(rest, [event(1), event(2)]);
    const [operations] = log.nodeOperations('job-1', [node]);
    assert.deepEqual(
      operations?.operations.map(({ name, messageId }) => [name, messageId]),
      [
        ['send', 1],
        ['send', 2],
      ],
    );
  });

  it('keeps the newest, whose words were told long before, and counts the others', () => {
    const log = new OperationLog(2 * batch.records.length);
    log.add(event(1, { batch: { ...event(1).batch, words } }));
    for (const id of [2, 3, 4]) log.add(event(id));
    const [head, ...rest] = log.events('job-1');
    assert.deepEqual(head?.batch, { records: '', words, leftOut: 2 });
    assert.deepEqual(rest, [event(3), event(4)]);
  });

  it('keeps three jobs', () => {
    const log = new OperationLog();
    for (const job of ['a', 'b', 'c', 'd']) log.add(event(1, { job }));
    assert.deepEqual(log.events('a'), []);
    assert.equal(log.events('b').length, 2);
    log.delete('b');
    assert.deepEqual(log.events('b'), []);
  });
});
