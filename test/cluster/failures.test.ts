import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { JobInfo } from '../../runtime/protocol/job';
import { type Cluster, withCluster } from './withCluster';
import { measured } from './measured';

/** The machine is shared: what has to be done within a time gets twice that before a test fails, and says what it took. */
const slack = 2;

/** How long node 1 computes before it fails, so that what it says before has left it. */
const computesMs = 200;

/** Runs a program whose node 1 fails; answers how the job ended, and how fast. */
async function failing(
  { run, recording }: Cluster,
  body: string,
): Promise<{ info: JobInfo; lines: string[]; tookMs: number }> {
  const { job, info } = await run(
    `
const fails = () => {
${body}
};
if (world.rank !== 1) world.recv(1, 77);
log('fails soon');
const end = Date.now() + ${computesMs};
while (Date.now() < end);
await fails();`,
    3,
  );
  const failedAt = recording.events.find(
    ({ event }) => event.type === 'output' && event.text.includes('fails soon'),
  );
  const endedAt = recording.events.findLast(({ event }) => event.type === 'jobChanged');
  const tookMs = (endedAt?.atMs ?? 0) - (failedAt?.atMs ?? 0) - computesMs;
  measured(`the job ended ${tookMs} ms after node 1 failed`);
  assert.equal(info.state, 'failed');
  return { info, lines: job.lines(), tookMs };
}

const failures: [name: string, body: string, code: string, message: RegExp, line: number | undefined][] = [
  ['an error', `throw new TypeError('wrong turn');`, 'programFailed', /^TypeError: wrong turn$/, 3],
  ['a rejected promise', `return Promise.reject(new Error('late'));`, 'programFailed', /^Error: late$/, 3],
  [
    'a promise that nobody waits for',
    `void Promise.reject(new Error('lost')); return new Promise(() => undefined);`,
    'programFailed',
    /^Error: lost$/,
    3,
  ],
  [
    'an error in a callback',
    `setTimeout(() => { throw new Error('deep'); }); return new Promise(() => undefined);`,
    'programFailed',
    /^Error: deep$/,
    3,
  ],
  [
    'an abort, which cannot be caught',
    `try { world.abort('the iteration diverges'); } catch { return; }`,
    'aborted',
    /^The program called abort with code 1: the iteration diverges\.$/,
    3,
  ],
  [
    'something thrown that is no error',
    `throw { answer: 42 };`,
    'programFailed',
    /threw \{ answer: 42 \}/,
    undefined,
  ],
  ['undefined thrown', `throw undefined;`, 'programFailed', /threw undefined/, undefined],
  ['process.exit(0)', `process.exit(0);`, 'programExited', /exit code 0/, 3],
  ['process.exit(3)', `process.exit(3);`, 'programExited', /exit code 3/, 3],
  [
    'a rank that there is not',
    `world.send('x', 9);`,
    'rankOutOfRange',
    /^send: destination 9 is not a rank of world, which has ranks 0 to 2\.$/,
    3,
  ],
  ['process.abort', `process.abort();`, 'nodeLost', /Node 1 was lost: .*SIGABRT/, undefined],
  [
    'a kill of itself',
    `process.kill(process.pid, 'SIGKILL'); for (;;);`,
    'nodeLost',
    /Node 1 was lost: .*SIGKILL/,
    undefined,
  ],
  [
    'a stack without end',
    `const f = (): number => f() + 1; f();`,
    'programFailed',
    /Maximum call stack size exceeded/,
    3,
  ],
];

describe('a failure in one node ends the job', () => {
  for (const [name, body, code, message, line] of failures) {
    test(`${name}: with the rank, the line and the message, within 2 s`, () =>
      withCluster(async (cluster) => {
        const { info, tookMs } = await failing(cluster, body);
        const { failure } = info;
        assert.equal(failure?.error.code, code);
        assert.equal(failure.rank, 1);
        assert.match(failure.error.message, message);
        if (line !== undefined) assert.equal(failure.at?.file, info.program);
        assert.equal(failure.at?.line, line);
        assert.ok(tookMs <= 2000 * slack, `${tookMs} ms`);
      }));
  }
});

describe('a deadlock is found and explained', () => {
  test('a cycle', () =>
    withCluster(async ({ run }) => {
      const { info } = await run(`world.recv((world.rank + 1) % world.size, 4);`, 3);
      assert.equal(info.failure?.error.code, 'deadlock');
      const { message } = info.failure.error;
      for (const rank of [0, 1, 2]) {
        const wait = `node ${rank} waits in recv(source ${(rank + 1) % 3}, tag 4) at program1.ts:1`;
        assert.ok(message.includes(wait), message);
      }
      assert.ok(message.includes('0 -> 1 -> 2 -> 0'), message);
      assert.equal(info.failure.at?.line, 1);
    }));

  test('a recv that nothing matches while all others have ended', () =>
    withCluster(async ({ run }) => {
      const { info } = await run(`if (world.rank === 2) {\nworld.recv(0, 9);\n}`, 3);
      assert.equal(info.failure?.error.code, 'deadlock');
      const { message } = info.failure.error;
      assert.match(
        message,
        /node 2 waits in recv\(source 0, tag 9\) at program1\.ts:2, but node 0 has ended/,
      );
      assert.match(message, /Nodes 0, 1 have ended/);
      assert.equal(info.failure.rank, 2);
    }));

  test('a message with another tag, which was sent and not taken', () =>
    withCluster(async ({ run }) => {
      const { info } = await run(`if (world.rank === 0) world.send('x', 1, 7); else world.recv(0, 8);`, 2);
      assert.equal(info.failure?.error.code, 'deadlock');
      assert.match(info.failure.error.message, /node 1 waits in recv\(source 0, tag 8\)/);
    }));

  test('a barrier that one node leaves out', () =>
    withCluster(async ({ run }) => {
      const { info } = await run(`if (world.rank !== 1) world.barrier();`, 4);
      assert.equal(info.failure?.error.code, 'deadlock');
      assert.match(info.failure.error.message, /Every node must call barrier/);
    }));

  test('a barrier in shared memory that one node leaves out, and one in another call', () =>
    withCluster(async ({ run }) => {
      const first = 'for (let i = 0; i < 40; i += 1) world.barrier();';
      const left = await run(
        `${first}\nif (world.rank !== 1) world.barrier({ algorithm: 'sharedMemory' });`,
        4,
      );
      assert.equal(left.info.failure?.error.code, 'deadlock');
      const { message } = left.info.failure.error;
      assert.match(message, /nodes 0, 2, 3 wait in barrier.* at program1\.ts:2/i);
      assert.match(message, /node 1 has ended/i);
      assert.match(message, /Every node must call barrier/);

      const other = await run(`${first} if (world.rank === 1) world.gather(1, 1); else world.barrier();`, 4);
      assert.equal(other.info.failure?.error.code, 'deadlock');
      assert.match(other.info.failure.error.message, /node 1 is the odd one out/);
    }));

  test('a node alone that waits for itself', () =>
    withCluster(async ({ run }) => {
      const { info } = await run(`world.recv();`, 1);
      assert.equal(info.failure?.error.code, 'deadlock');
    }));

  test('in the middle of many messages to a node that takes them in one line, and goes on waiting there', () =>
    withCluster(async ({ run }) => {
      const { info } = await run(
        `
        if (world.rank === 0) {
          for (let i = 0; i < 20; i += 1) world.send(new Uint8Array(4 << 20), 1);
          world.recv(1);
        }
        for (;;) world.recv(0);`,
        2,
        { eagerLimitBytes: 8 << 20 },
      );
      assert.equal(info.failure?.error.code, 'deadlock');
    }));

  test('and a node that only takes long is none', () =>
    withCluster(async ({ run }) => {
      const { info, job } = await run(
        `
        if (world.rank === 0) {
          const end = Date.now() + 1500;
          while (Date.now() < end);
          for (let k = 1; k < world.size; k += 1) world.send(k, k);
        } else log(world.recv(0));`,
        3,
      );
      assert.equal(info.state, 'succeeded', info.failure?.error.message);
      assert.deepEqual(job.lines().sort(), ['1', '2']);
    }));
});

describe('a node that takes too much memory', () => {
  const configuration = { clusters: { small: { type: 'local', nodes: 2, memoryMiB: 64 } } };
  test('of the heap ends with words about memory, and the coordinator lives', () =>
    withCluster(
      async ({ run, client }) => {
        const hog = `const all: number[][] = []; for (;;) all.push(new Array(1000).fill(Math.random()));`;
        const { info, job } = await run(`if (world.rank === 1) { ${hog} } world.recv(1);`, 2, {
          cluster: 'small',
        });
        assert.equal(info.failure?.error.code, 'outOfMemory', info.failure?.error.message);
        assert.equal(info.failure.rank, 1);
        assert.match(info.failure.error.message, /Node 1 ran out of memory \(limit \d+ MiB\).*"memoryMiB"/);
        assert.ok(!job.lines().some((line) => line.includes('Mark-Compact')), job.lines().join('\n'));
        assert.equal((await client.request('jobs', {})).length, 1);
      },
      { configuration },
    ));
});

test('calls that do not match have the lines of all nodes that have part in it', () =>
  withCluster(async ({ run }) => {
    const { info } = await run(
      `
const late = Date.now() + ${computesMs};
while (world.rank === 1 && Date.now() < late);
if (world.rank === 1) world.bcast(1, 0);
else world.barrier();`,
      3,
    );
    assert.equal(info.failure?.error.code, 'collectiveMismatch');
    assert.deepEqual(
      info.failure.places?.map(({ rank, at }) => [rank, at?.line]),
      [
        [0, 5],
        [1, 4],
        [2, 5],
      ],
    );
  }));
