import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { assertSucceeded, type Cluster, withCluster } from './withCluster';

const lineOfAwait = 3;
/** Node 0 awaits in a function of its own, of a request that another line has made. */
const headToHead = `
  const hear = async (request) =>
    await request;
  log(await hear(world.irecv(1 - world.rank, 3)));`;

/** What a program may do beside a request that it awaits: each ends after a while, and then node 0 sends. */
const otherWork: Record<string, string> = {
  'a timer': `await new Promise((resolve) => setTimeout(resolve, 1500));`,
  'a child process': `
    const { execFile } = await import('node:child_process');
    await new Promise((resolve) => execFile(process.execPath, ['-e', 'setTimeout(() => {}, 1500)'], resolve));`,
  'a file': `
    const { execFileSync, spawn } = await import('node:child_process');
    const { readFile, mkdtemp, rm } = await import('node:fs/promises');
    const folder = await mkdtemp('/tmp/pipe-');
    execFileSync('mkfifo', [folder + '/pipe']);
    const writer = spawn('sh', ['-c', 'sleep 1.5; echo written > ' + folder + '/pipe'], { stdio: 'ignore' });
    writer.unref();
    await readFile(folder + '/pipe');
    await rm(folder, { recursive: true });`,
  'a socket': `
    const { connect, createServer } = await import('node:net');
    const { mkdtemp, rm } = await import('node:fs/promises');
    const folder = await mkdtemp('/tmp/socket-');
    const server = createServer((socket) => {
      setTimeout(() => socket.end('answer'), 1500).unref();
    });
    await new Promise((resolve) => server.listen(folder + '/socket', resolve));
    server.unref();
    const socket = connect(folder + '/socket');
    await new Promise((resolve) => socket.once('data', resolve));
    server.close();
    await rm(folder, { recursive: true });`,
  'a server': `
    const { createServer } = await import('node:net');
    const { mkdtemp, rm } = await import('node:fs/promises');
    const { spawn } = await import('node:child_process');
    const folder = await mkdtemp('/tmp/server-');
    const asks = 'setTimeout(() => require("node:net").connect(' + JSON.stringify(folder + '/socket') + ').end(), 1500)';
    await new Promise((resolve) => {
      const server = createServer(() => server.close(resolve)).listen(folder + '/socket');
      spawn(process.execPath, ['-e', asks], { stdio: 'ignore' }).unref();
    });
    await rm(folder, { recursive: true });`,
  'a worker thread': `
    const { Worker } = await import('node:worker_threads');
    const code = 'setTimeout(() => require("node:worker_threads").parentPort.postMessage(1), 1500)';
    await new Promise((resolve) => new Worker(code, { eval: true }).once('message', resolve));`,
  'the thread pool': `
    const { pbkdf2 } = await import('node:crypto');
    const end = Date.now() + 1500;
    while (Date.now() < end) {
      await new Promise((resolve) => pbkdf2('a', 'b', 400_000, 64, 'sha512', resolve));
    }`,
};

/** A program of tasks whose driver this is the body of; it begins in the line after `slow`. */
const driverOf = (body: string): string => `import { driver, task } from 'lockstep';
const slow = task('slow', (ms: number) => new Promise((resolve) => setTimeout(resolve, ms, 'late')));
export default driver(async ({ scheduler, cluster, log }) => {${body}
});`;

/** Runs the program of a driver to its end. */
function drive(
  body: string,
  nodes: number,
  check: (ended: Awaited<ReturnType<Cluster['run']>>) => void,
): Promise<void> {
  return withCluster(async ({ run, workspace }) => {
    const path = join(workspace, 'driver.ts');
    writeFileSync(path, driverOf(body));
    check(await run(path, nodes));
  });
}

/** What settles, in the end, what a driver awaits, which is no task itself. */
const tasksThatSettle: Record<string, string> = {
  'a task that runs, by its result': `
    void job.add(slow, [1500]).result.then(go);`,
  'a task that runs, by its end': `
    const slowly = job.add(slow, [1500]);
    void (async () => {
      for await (const each of scheduler.asCompleted([slowly])) go(each);
    })();`,
  'tasks that wait for one another': `
    void job.add(slow, [700]).result.then(() => job.add(slow, [700]).result).then(go);`,
  'nodes that join': `
    void cluster.scale(3).then(go);`,
};

describe('nodes that await', () => {
  for (const transport of ['shm', 'socket'] as const) {
    test(`one another are a deadlock that is explained (${transport})`, () =>
      withCluster(async ({ run }) => {
        const { info } = await run(headToHead, 2, { transport });
        assert.equal(info.failure?.error.code, 'deadlock');
        const { message } = info.failure.error;
        for (const rank of [0, 1]) {
          const line = `node ${rank} awaits irecv\\(source ${1 - rank}, tag 3\\) at program1\\.ts:${lineOfAwait} \\(made in line 4\\)`;
          assert.match(message, new RegExp(line));
        }
        assert.match(message, /They wait for each other: 0 -> 1 -> 0/);
        assert.match(message, /Let one side send first/);
        assert.equal(info.failure.at?.line, lineOfAwait);
      }));
  }

  test('are part of a deadlock with nodes that block', () =>
    withCluster(async ({ run }) => {
      const { info } = await run(
        `
        if (world.rank === 0) await world.irecv(1, 1);
        else if (world.rank === 1) world.barrier();
        else await Promise.all([world.irecv(0, 2), world.irecv(1, 2)]);`,
        3,
      );
      assert.equal(info.failure?.error.code, 'deadlock');
      const { message } = info.failure.error;
      assert.match(message, /node 0 awaits irecv\(source 1, tag 1\) at program1\.ts:2/);
      assert.match(message, /node 1 waits in barrier at program1\.ts:3/);
      assert.match(
        message,
        /node 2 awaits irecv\(source 0, tag 2\), irecv\(source 1, tag 2\) at program1\.ts:4/,
      );
    }));

  test('a collective that one node leaves out are a deadlock', () =>
    withCluster(async ({ run }) => {
      const { info } = await run(`if (world.rank > 0) await world.iallreduce(1, SUM);`, 3);
      assert.equal(info.failure?.error.code, 'deadlock');
      assert.match(info.failure.error.message, /nodes 1, 2 await iallreduce.* at program1\.ts:1/);
      assert.match(info.failure.error.message, /node 0 has ended/i);
    }));

  for (const [work, code] of Object.entries(otherWork)) {
    test(`a message and ${work} are no deadlock: what ends may send`, () =>
      withCluster(async ({ run }) => {
        const ended = await run(
          `
          const request = world.irecv(1 - world.rank, 1);
          if (world.rank === 0) {
            const other = async () => { ${code}
              world.send('help', 1, 1);
            };
            const [answer] = await Promise.all([request, other()]);
            log(answer);
          } else world.send(await request, 0, 1);`,
          2,
        );
        assertSucceeded(ended);
        assert.deepEqual(ended.job.lines(), ['help']);
      }));
  }

  test('a message and a timer are one when the timer is over and has not helped', () =>
    withCluster(async ({ run }) => {
      const { info, job } = await run(
        `
        process.on('beforeExit', () => log('asked to end'));
        setTimeout(() => log('the timer is over'), 700);
        await world.irecv(1 - world.rank, 1);`,
        2,
      );
      assert.equal(info.failure?.error.code, 'deadlock');
      assert.deepEqual(job.lines(), ['the timer is over', 'the timer is over']);
    }));

  for (const transport of ['shm', 'socket'] as const) {
    test(`a promise that nothing can settle are told so, with the innermost line (${transport})`, () =>
      withCluster(async ({ run }) => {
        const { info } = await run(
          `
          const never = new Promise(() => {});
          const inner = async () => 1 +
            await never;
          const middle = async () => (await Promise.all([inner(), 2]))[0];
          if (world.rank === 1) world.recv(0, 3);
          if (world.rank === 0) log(await middle());`,
          3,
          { transport },
        );
        assert.equal(info.failure?.error.code, 'deadlock');
        const { message } = info.failure.error;
        assert.match(message, /node 0 awaits a promise that nothing can settle at program1\.ts:4\n/);
        assert.match(message, /node 1 waits in recv\(source 0, tag 3\) at program1\.ts:6/);
        assert.match(
          message,
          /On node 0 the program awaits no message, and it has no timer.*resolve is never called/,
        );
        assert.equal(info.failure.at?.line, 4);
      }));
  }

  test('a promise that nothing can settle are told so where messages keep coming', () =>
    withCluster(async ({ run }) => {
      const { info } = await run(
        `
        if (world.rank === 0) return new Promise(() => {});
        for (let i = 0; i < 20; i++) {
          world.send(i, 0, i);
          await new Promise((resolve) => setTimeout(resolve, 100));
        }`,
        2,
      );
      assert.equal(info.failure?.error.code, 'deadlock');
      assert.match(info.failure.error.message, /node 0 awaits a promise that nothing can settle\n/);
    }));

  for (const [work, code] of Object.entries(otherWork)) {
    test(`${work} alone are not stuck`, () =>
      withCluster(async ({ run }) => {
        const ended = await run(`${code}\n log('over');`, 1);
        assertSucceeded(ended);
        assert.deepEqual(ended.job.lines(), ['over']);
      }));
  }

  test('a promise that the last timer has not settled are stuck from then on', () =>
    withCluster(async ({ run }) => {
      const { info, job } = await run(
        `
        const settled = new Promise((resolve) => setTimeout(() => log('the timer is over'), 700));
        await settled;`,
        1,
      );
      assert.equal(info.failure?.error.code, 'deadlock');
      assert.deepEqual(job.lines(), ['the timer is over']);
      assert.match(
        info.failure.error.message,
        /node 0 awaits a promise that nothing can settle at program1\.ts:3/,
      );
    }));
});

describe('drivers that await', () => {
  for (const nodes of [1, 3]) {
    test(`a promise that nothing can settle are told so, with the line (${nodes} nodes)`, () =>
      drive(
        `
        log(await scheduler.job('first').add(slow, [10]).result);
        const never = async () => {
          await new Promise(() => {});
        };
        await never();`,
        nodes,
        ({ info, job }) => {
          assert.equal(info.failure?.error.code, 'deadlock');
          const { message } = info.failure.error;
          assert.match(message, /node 0 awaits a promise that nothing can settle at driver\.ts:6\n/);
          assert.match(message, /The driver awaits no task, .* whose resolve is never called/);
          if (nodes > 1) assert.match(message, /nodes 1, 2 wait for a task\n/);
          assert.equal(info.failure.at?.line, 6);
          assert.deepEqual(job.lines(), ['late']);
        },
      ));
  }

  test('such a promise are told so before there was any task', () =>
    drive(`\n  await new Promise(() => {});`, 2, ({ info }) => {
      assert.deepEqual([info.failure?.error.code, info.failure?.at?.line], ['deadlock', 4]);
    }));

  for (const [work, code] of Object.entries(tasksThatSettle)) {
    test(`${work}, are not stuck`, () =>
      drive(
        `
        const job = scheduler.job('all');
        let go = (_: unknown): void => undefined;
        const settled = new Promise((resolve) => (go = resolve));
        ${code}
        await settled;
        log('over');`,
        2,
        (ended) => {
          assertSucceeded(ended);
          assert.deepEqual(ended.job.lines(undefined, 'log'), ['over']);
        },
      ));
  }

  for (const [work, code] of Object.entries(otherWork)) {
    test(`${work} alone are not stuck`, () =>
      drive(`${code}\n log('over');`, 2, (ended) => {
        assertSucceeded(ended);
        assert.deepEqual(ended.job.lines(), ['over']);
      }));
  }
});
