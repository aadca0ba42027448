import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, connect, findJobs } from '../../runtime/client';
import { type CdpEvent, type CdpMessage, nodeAttachedMethod } from '../../runtime/protocol/debug';
import { overLink } from '../../runtime/transport/rpc';
import { openLink, socketAddress } from '../../runtime/transport/unixSocket';
import { runSecret } from '../security/intruder';
import { Recording } from './observedJob';
import { peakRssBytes, rssBytes } from './processes';
import { until } from './until';
import { assertSucceeded, withCluster } from './withCluster';
import { measured } from './measured';

describe('several clients of one coordinator', () => {
  test('one that comes later sees the job, its output so far, and what happens from then on', () =>
    withCluster(async ({ start, info }) => {
      const job = await start(
        `log('early', world.rank); if (world.rank === 0) world.recv(1, 1); for (;;);`,
        2,
      );
      await Promise.all([job.line('early', 0), job.line('early', 1)]);
      await job.state(0, 'blocked');
      const found = await findJobs();
      assert.deepEqual(
        found.map(({ job: { id, size }, runDirectory }) => [id, size, runDirectory]),
        [[job.id, 2, info.runDirectory]],
      );
      const second = await connect(info.runDirectory);
      try {
        const recording = new Recording(second);
        const [snapshot] = await second.request('subscribe', {
          events: ['jobChanged', 'nodeChanged', 'output'],
        });
        assert.equal(snapshot?.job.id, job.id);
        assert.equal(snapshot.nodes[0]?.state, 'blocked');
        assert.deepEqual(snapshot.nodes[0]?.wait?.operation, 'recv');
        const output = await second.request('output', { job: job.id });
        assert.deepEqual(output.map(({ text }) => text).sort(), ['early 0', 'early 1']);
        assert.equal((await second.request('output', { job: job.id, rank: 1 })).length, 1);
        const ended = await second.request('stopJob', { job: job.id });
        assert.equal(ended.state, 'stopped');
        await recording.until('the end of the job', () =>
          recording.events.find(({ event }) => event.type === 'jobChanged' && event.job.state === 'stopped'),
        );
      } finally {
        second.dispose();
      }
      assert.deepEqual(await findJobs(), []);
    }));

  test('a client that goes leaves the job alone; the one that started the coordinator takes it along', () =>
    withCluster(async ({ start, info, run, client }) => {
      const job = await start(`log('up'); for (;;);`, 1);
      await job.line('up');
      const second = await connect(info.runDirectory);
      second.dispose();
      assert.equal((await client.request('jobs', {}))[0]?.job.state, 'running');
      assertSucceeded(await run(`log('another');`, 1));
    }));

  test('one that stops reading holds up nobody, and learns later how much it has missed', () =>
    withCluster(
      async ({ client, info, run }) => {
        let bytes = 0;
        client.onEvent((event) => {
          if (event.type === 'output') bytes += event.text.length + 1;
        });
        await client.request('subscribe', { events: ['output'] });
        const address = socketAddress(info.runDirectory, 'c');
        const secret = runSecret(info.runDirectory);
        const link = await openLink(address, { role: 'client', job: 0, rank: 0 }, secret);
        const second = new Client(overLink(link), () => link.destroy());
        try {
          let read = 0;
          let missed = 0;
          second.onEvent((event) => {
            if (event.type !== 'output') return;
            if (event.stream !== 'lockstep') read += event.text.split('\n').length;
            else missed += Number(/^(\d+) lines .*left out: this client did not read/.exec(event.text)?.[1]);
          });
          await second.request('subscribe', { events: ['jobChanged', 'nodeChanged', 'output', 'metrics'] });
          link.pause();
          const before = rssBytes(info.pid);
          const lines = 400_000;
          const ended = await run(
            `const text = ('0123456789abcdef'.repeat(6) + '012\\n').repeat(1000);
             for (let sent = 0; sent < ${lines}; sent += 1000) process.stdout.write(text);`,
            1,
          );
          assertSucceeded(ended);
          assert.equal(bytes, 100 * lines);
          assert.equal(read, 0);
          const grown = (peakRssBytes(info.pid) - before) / 2 ** 20;
          link.resume();
          await until('all is read or told', () => read + missed >= lines && missed > 0);
          assert.equal(read + missed, lines);
          measured(`${missed} of ${lines} lines left out; the coordinator grew by ${grown.toFixed(0)} MiB`);
          assert.ok(grown <= 96, `the coordinator grew by ${grown} MiB`);
        } finally {
          second.dispose();
        }
      },
      { events: ['jobChanged'] },
    ));

  test('every request is answered, also one that makes no sense', () =>
    withCluster(async ({ client }) => {
      const ask = client.request.bind(client) as (method: string, params: unknown) => Promise<unknown>;
      for (const [method, params, code] of [
        ['stopJob', { job: 'job-7' }, 'unknownJob'],
        ['waitJob', {}, 'unknownJob'],
        ['output', { job: '../../etc' }, 'unknownJob'],
        ['releaseJob', { job: 7 }, 'unknownJob'],
        ['startJob', { program: '/nowhere.ts', nodes: 2, args: [], env: {} }, 'programNotFound'],
        ['startJob', { program: __filename, nodes: 0, args: [], env: {} }, 'badArgument'],
        ['startJob', { program: __filename, nodes: 1e9, args: [], env: {} }, 'badArgument'],
        ['startJob', { program: __filename, cluster: 'cloud', args: [], env: {} }, 'unknownCluster'],
      ] as const) {
        await assert.rejects(ask(method, params), { code }, `${method} ${JSON.stringify(params)}`);
      }
      await assert.rejects(ask('startJob', { program: 7 }));
      await assert.rejects(ask('subscribe', { events: 7 }));
      await assert.rejects(ask('noSuchRequest', {}));
      assert.ok((await client.request('info', {})).pid > 0);
    }));
});

describe('a job on hold', () => {
  test('loads nothing until it is released', () =>
    withCluster(async ({ start, client, recording }) => {
      const job = await start(`log('loaded');`, 2, { hold: true });
      await job.pids();
      await delay(500);
      assert.deepEqual(job.lines(), []);
      assert.equal((await client.request('jobs', {}))[0]?.job.state, 'starting');
      await client.request('releaseJob', { job: job.id });
      assert.equal((await job.ended()).state, 'succeeded');
      assert.deepEqual(job.lines(), ['loaded', 'loaded']);
      assert.ok(recording.events.length > 0);
    }));

  test('can be stopped before', () =>
    withCluster(async ({ start }) => {
      const job = await start(`log('loaded');`, 2, { hold: true });
      assert.equal((await job.stop()).state, 'stopped');
      assert.deepEqual(job.lines(), []);
    }));
});

/** DevTools-protocol requests to the nodes of a job. */
class Cdp {
  private ids = 0;
  private readonly messages: { rank: number; message: CdpMessage }[] = [];
  private wake: () => void = () => undefined;

  constructor(
    private readonly client: Client,
    private readonly job: string,
  ) {
    client.onCdp(({ job: from, rank, message }) => {
      if (from !== job) return;
      this.messages.push({ rank, message });
      this.wake();
    });
  }

  async request(rank: number, method: string, params: object = {}): Promise<object> {
    const id = (this.ids += 1);
    this.client.sendCdp(this.job, rank, { id, method, params });
    const what = `the answer to ${method}`;
    const answer = await this.until(what, (message) => 'id' in message && message.id === id && message, rank);
    assert.ok('result' in answer && answer.result, `${method}: ${JSON.stringify(answer)}`);
    return answer.result;
  }

  event(rank: number, method: string): Promise<CdpEvent> {
    return this.until(method, (message) => 'method' in message && message.method === method && message, rank);
  }

  /** The URL of a script that was parsed on a node. */
  urlOf(rank: number, scriptId: string): string | undefined {
    for (const entry of this.messages) {
      if (entry.rank !== rank || !('method' in entry.message)) continue;
      const { method, params } = entry.message;
      const script = params as { scriptId: string; url: string };
      if (method === 'Debugger.scriptParsed' && script.scriptId === scriptId) return script.url;
    }
    return undefined;
  }

  private async until<T>(what: string, find: (message: CdpMessage) => T | false, rank: number): Promise<T> {
    const deadline = Date.now() + 20_000;
    for (;;) {
      for (const entry of this.messages) {
        const found = entry.rank === rank && find(entry.message);
        if (found) return found;
      }
      const come = this.messages.map(({ message }) => ('method' in message ? message.method : message.id));
      assert.ok(
        Date.now() < deadline,
        `waited 20 s for ${what} of node ${rank}; there came ${come.join(', ')}`,
      );
      await Promise.race([new Promise<void>((resolve) => (this.wake = resolve)), delay(500)]);
    }
  }
}

describe('debugging', () => {
  test('is for one client at a time, and is free again when that one has gone', () =>
    withCluster(async ({ start, client, info }) => {
      const job = await start(`world.recv((world.rank + 1) % 2); `, 2, { hold: true });
      const second = await connect(info.runDirectory);
      await second.request('attachDebugger', { job: job.id });
      await assert.rejects(client.request('attachDebugger', { job: job.id }), { code: 'alreadyDebugged' });
      // What another sends to the nodes does not get there.
      client.sendCdp(job.id, 0, {
        id: 1,
        method: 'Runtime.evaluate',
        params: { expression: 'process.exit(9)' },
      });
      second.dispose();
      // Whoever held the nodes has gone: they are released, and now wait for each other.
      const ended = await job.ended();
      assert.equal(ended.failure?.error.code, 'deadlock');
      await assert.rejects(client.request('attachDebugger', { job: job.id }), { code: 'jobEnded' });
    }));

  test('while a node is paused the clock stands: nobody is suspect or dead, however long it takes', () =>
    withCluster(async ({ start, client, recording }) => {
      const job = await start(
        `
        if (world.rank === 0) {
          const answer = world.recv<string>(1, 7);
          log('got', answer);
        } else if (world.rank === 1) {
          const end = Date.now() + 2000;
          while (Date.now() < end);
          world.send('it', 0, 7);
        } else for (let i = 0; i < 20; i += 1) { const end = Date.now() + 100; while (Date.now() < end); log('turn'); }`,
        3,
      );
      await job.state(0, 'blocked');
      const cdp = new Cdp(client, job.id);
      await client.request('attachDebugger', { job: job.id });
      for (const rank of [0, 1, 2]) await cdp.event(rank, nodeAttachedMethod);
      await cdp.request(0, 'Debugger.enable');
      const askedAt = Date.now();
      client.sendCdp(job.id, 0, { id: 1000, method: 'Debugger.pause', params: {} });
      const paused = await cdp.event(0, 'Debugger.paused');
      measured(`a node that blocks in recv was paused after ${Date.now() - askedAt} ms`);
      const { callFrames } = paused.params as { callFrames: { location: { scriptId: string } }[] };
      const scripts = callFrames.map(({ location }) => cdp.urlOf(0, location.scriptId));
      assert.ok(
        scripts.some((url) => url?.endsWith('program.cjs')),
        scripts.join('\n'),
      );
      await job.state(0, 'paused');
      await recording.until('the clock to stand', () =>
        recording.events.find(({ event }) => event.type === 'clockChanged' && event.stands),
      );
      // A node that is silent for this long would be dead.
      const [, , pid = 0] = await job.pids();
      process.kill(pid, 'SIGSTOP');
      await delay(7000);
      for (const rank of [0, 1, 2]) {
        const states = job.history(rank).map(({ node }) => node.state);
        assert.ok(
          !states.includes('suspect') && !states.includes('dead'),
          `node ${rank}: ${states.join(', ')}`,
        );
      }
      process.kill(pid, 'SIGCONT');
      await cdp.request(0, 'Debugger.resume');
      await recording.until('the clock to go on', () =>
        recording.events.findLast(({ event }) => event.type === 'clockChanged' && !event.stands),
      );
      const info = await job.ended();
      assert.equal(info.state, 'succeeded', info.failure?.error.message);
      assert.deepEqual(job.lines(0), ['got it']);
    }));

  test('a debugger that detaches lets paused nodes go on', () =>
    withCluster(async ({ start, client }) => {
      const job = await start(
        `for (let i = 0; ; i += 1) { log('turn', i); world.barrier(); const end = Date.now() + 50; while (Date.now() < end); }`,
        2,
      );
      await job.line('turn 0', 1);
      const cdp = new Cdp(client, job.id);
      await client.request('attachDebugger', { job: job.id });
      await cdp.event(1, nodeAttachedMethod);
      await cdp.request(1, 'Debugger.enable');
      client.sendCdp(job.id, 1, { id: 1000, method: 'Debugger.pause', params: {} });
      await cdp.event(1, 'Debugger.paused');
      await job.state(1, 'paused');
      await client.request('detachDebugger', { job: job.id });
      const before = job.lines(1).length;
      while (job.lines(1).length <= before + 2) await delay(20);
      await job.stop();
    }));
});
