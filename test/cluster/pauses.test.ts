/** What the debugger's pause rests on: one request of the inspector stops a node that waits, on a short stack. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type CdpMessage, nodeAttachedMethod } from '../../runtime/protocol/debug';
import { withCluster } from './withCluster';

interface Frame {
  functionName: string;
  url: string;
}

describe('a node that waits in a call', () => {
  for (const transport of ['shm', 'socket'] as const) {
    test(`over ${transport}: the first request to pause stops it, again and again`, { timeout: 60_000 }, () =>
      withCluster(async ({ client, start }) => {
        const body = `if (world.rank === 0) world.recv(1, 7); await new Promise(() => setInterval(() => {}, 1000));`;
        const job = await start(body, 2, { transport });
        await job.state(0, 'blocked');
        const messages: CdpMessage[] = [];
        let wake = () => {};
        client.onCdp(({ rank, message }) => {
          if (rank === 0) messages.push(message);
          wake();
        });
        const until = async (method: string): Promise<CdpMessage> => {
          for (;;) {
            const at = messages.findIndex((message) => 'method' in message && message.method === method);
            if (at >= 0) return messages.splice(0, at + 1).at(-1) as CdpMessage;
            await new Promise<void>((resolve) => (wake = resolve));
          }
        };
        let id = 0;
        const ask = (method: string, params: object = {}) => {
          client.sendCdp(job.id, 0, { id: (id += 1), method, params });
        };
        await client.request('attachDebugger', { job: job.id });
        await until(nodeAttachedMethod);
        ask('Debugger.enable');
        ask('Debugger.setBlackboxPatterns', { patterns: ['^node:', '/dist/node\\.js$'] });
        for (let pause = 0; pause < 5; pause += 1) {
          ask('Debugger.pause');
          const { params } = (await until('Debugger.paused')) as { params: { callFrames: Frame[] } };
          const names = params.callFrames.map(({ functionName }) => functionName);
          assert.equal(names[0], 'pausePlace', names.join());
          // The module's own function is the largest there is, and the inspector parses each one on the stack anew.
          assert.ok(!names.includes('executeUserEntryPoint'), names.join());
          ask('Debugger.resume');
          await until('Debugger.resumed');
        }
        await job.stop();
      }),
    );
  }
});
