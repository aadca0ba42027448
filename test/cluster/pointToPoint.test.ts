import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertSucceeded, withCluster } from './withCluster';

describe('point to point between real processes', () => {
  test('the eager limit of the launch is the program’s', () =>
    withCluster(async ({ run }) => {
      const ended = await run(`log(world.eagerLimitBytes);`, 1, { eagerLimitBytes: 1234 });
      assert.deepEqual(ended.job.lines(), ['1234']);
      assert.deepEqual((await run(`log(world.eagerLimitBytes);`, 1)).job.lines(), ['65536']);
    }));

  const headToHead = `
    const other = 1 - world.rank;
    world.send(new Float64Array(10_000), other, 7);
    world.recv(other, 7);`;

  test('two nodes that send to each other first: it works up to the eager limit', () =>
    withCluster(async ({ run }) => {
      assertSucceeded(await run(headToHead, 2, { eagerLimitBytes: 80_000 }));
    }));

  test('and above it is a deadlock that is explained', () =>
    withCluster(async ({ run }) => {
      const { info } = await run(headToHead, 2);
      assert.equal(info.failure?.error.code, 'deadlock');
      const { message } = info.failure.error;
      for (const rank of [0, 1]) {
        const line = `node ${rank} waits in send\\(destination ${1 - rank}, tag 7\\) at program1\\.ts:3, 80000 bytes, above the eager limit`;
        assert.match(message, new RegExp(line));
      }
      assert.match(message, /They wait for each other: 0 -> 1 -> 0/);
      assert.match(message, /sendrecv, or isend and waitAll/);
    }));

  test('nodes that wait for each other are found while another goes on', () =>
    withCluster(async ({ run }) => {
      const { info } = await run(
        `
        if (world.rank < 2) world.recv(1 - world.rank, 3);
        else for (;;) world.iprobe();`,
        3,
      );
      assert.equal(info.failure?.error.code, 'deadlock');
      assert.match(info.failure.error.message, /these nodes can never go on/);
      assert.doesNotMatch(info.failure.error.message, /node 2/);
    }));

  test('who waits for any of several is stuck only when all of them are', () =>
    withCluster(async ({ run }) => {
      const { info } = await run(
        `
        if (world.rank === 0) waitAny([world.irecv(1, 1), world.irecv(2, 1)]);
        else if (world.rank === 1) world.recv(0, 2);
        else {
          const end = Date.now() + 1000;
          while (Date.now() < end);
          world.recv(1, 2);
        }`,
        3,
      );
      assert.equal(info.failure?.error.code, 'deadlock');
      assert.match(
        info.failure.error.message,
        /node 0 waits in waitAny of irecv\(source 1, tag 1\), irecv\(source 2, tag 1\)/,
      );
      assert.match(info.failure.error.message, /node 2 waits in recv\(source 1, tag 2\)/);
    }));

  test('what is left behind is told at the end, with its lines', () =>
    withCluster(async ({ run }) => {
      const ended = await run(
        `
        if (world.rank === 0) {
          world.isend('never completed', 1, 3);
          world.send('never received', 1, 4);
        }
        world.barrier();
        if (world.rank === 1) world.recv(0, 3);`,
        2,
      );
      assertSucceeded(ended);
      const said = ended.job.lines(undefined, 'lockstep');
      assert.equal(said.length, 2, said.join('\n'));
      assert.match(
        said.join('\n'),
        /1 request was never completed: isend\(destination 1, tag 3\) at program1\.ts:3\./,
      );
      assert.match(
        said.join('\n'),
        /1 message was never received: 1 from node 0 with tag 4 \(sent at program1\.ts:4\)\./,
      );
    }));

  test('a buffered send is delivered although its program has returned', () =>
    withCluster(async ({ run }) => {
      const ended = await run(
        `
        if (world.rank === 0) {
          world.attachBuffer(1e6);
          world.bsend(new Uint8Array(1e6).fill(7), 1);
        } else {
          const end = Date.now() + 300;
          while (Date.now() < end);
          log(world.recv<Uint8Array>(0)[999_999]);
        }`,
        2,
      );
      assertSucceeded(ended);
      assert.deepEqual(ended.job.lines(), ['7']);
      assert.deepEqual(ended.job.lines(undefined, 'lockstep'), []);
    }));

  test('a program may await: timers run, and messages of any size are taken in meanwhile', () =>
    withCluster(async ({ run }) => {
      const ended = await run(
        `
        const other = 1 - world.rank;
        let ticks = 0;
        const timer = setInterval(() => (ticks += 1), 1);
        const sent = world.isend(new Float64Array(1e6).fill(world.rank), other);
        if (world.rank === 1) {
          while (ticks < 20) await new Promise((resolve) => setTimeout(resolve, 1));
        }
        const got = await world.irecv<Float64Array>(other);
        await sent;
        clearInterval(timer);
        log(got[999_999] === other, ticks > 0);`,
        2,
      );
      assertSucceeded(ended);
      assert.deepEqual(ended.job.lines(), ['true true', 'true true']);
    }));

  test('an error names the value, the node and the line', () =>
    withCluster(async ({ run }) => {
      const { info } = await run(
        `
        if (world.rank === 0) world.send(new Float64Array(3), 1, 5);
        else world.recvInto(new Int32Array(6), 0, 5);`,
        2,
      );
      assert.equal(info.failure?.error.code, 'typeMismatch');
      assert.match(
        info.failure.error.message,
        /recvInto: the message from rank 0 with tag 5 is Float64Array, and the buffer is Int32Array/,
      );
      assert.deepEqual([info.failure.rank, info.failure.at?.line], [1, 3]);
    }));
});
