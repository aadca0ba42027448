/** Jobs that outlive their nodes: real processes, killed in the middle of what they do. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertSucceeded, withCluster } from './withCluster';

const tolerant = { faultTolerant: true } as const;

/** What a program begins with that takes errors and dies on request. */
const prelude = `
world.setErrorHandler('errorsReturn');
const die = () => { process.kill(process.pid, 'SIGKILL'); for (;;); };
const codeOf = (call: () => unknown) => {
  try { call(); } catch (error) { return error.code + ' ' + error.data.rank; }
  return 'no error';
};
`;

describe('a fault-tolerant job', () => {
  for (const transport of ['shm', 'socket'] as const) {
    test(`${transport}: calls that need a node which is gone name it, others go on, and the job succeeds`, () =>
      withCluster(async ({ run }) => {
        const ended = await run(
          `${prelude}
          if (world.rank === 2) { world.send('last words', 0, 3); world.recv(0, 8); die(); }
          if (world.rank === 0) {
            world.probe(2, 3);
            world.send('die', 2, 8);
            const pending = world.irecv(2, 9);
            const large = world.isend(new Float64Array(1e6), 2, 4);
            log(codeOf(() => world.recv(2, 5)), codeOf(() => pending.wait()), codeOf(() => large.wait()));
            log(codeOf(() => world.send(1, 2)), codeOf(() => world.probe(2, 7)), codeOf(() => { while (!world.iprobe(2, 7)); }));
            log(world.recv(2, 3));
            const any = world.irecv(-1, 6);
            log(codeOf(() => any.wait()), codeOf(() => any.test()), codeOf(() => world.recv(-1, 6)));
            log(world.failureAck().size, world.getFailed().translateRanks([0], world.group));
            world.send('go', 1, 1);
            log(any.wait());
          } else {
            world.recv(0, 1);
            world.send('from 1', 0, 6);
          }`,
          3,
          { transport, ...tolerant },
        );
        assertSucceeded(ended);
        assert.deepEqual(ended.job.lines(0, 'log'), [
          'procFailed 2 procFailed 2 procFailed 2',
          'procFailed 2 procFailed 2 procFailed 2',
          'last words',
          'procFailedPending 2 procFailedPending 2 procFailed 2',
          '1 [ 2 ]',
          'from 1',
        ]);
        assert.match(
          ended.job.lines(2, 'lockstep').join(),
          /Node 2 was lost: .*SIGKILL.*The job goes on without it/,
        );
      }));

    test(`${transport}: killed in the middle of an iteration, the others shrink, go on, and have the right result`, () =>
      withCluster(async ({ start }) => {
        const job = await start(
          `${prelude}
          let team = world;
          let sum = 0;
          const part = new Float64Array(20_000).fill(1);
          for (let step = 0; step < 60;) {
            try {
              const total = team.allreduce(part, (a, b) => a.map((x, i) => x + b[i]))[7];
              // All know at once whether the step is done everywhere.
              if (!team.agree(true)) throw new Error('never');
              sum += total;
              step += 1;
              if (step === 20 && world.rank === 1) log('in the middle');
              if (step === 20) world.rank === 1 ? die() : undefined;
              if (step === 40 && world.rank === 3) die();
            } catch (error) {
              if (!['procFailed', 'revoked'].includes(error.code)) throw error;
              team.revoke();
              team.agree(false);
              team = team.shrink();
              step = team.allreduce(step, (a, b) => Math.min(a, b));
              if (world.rank === 0) log('now', team.size, 'at', step);
            }
          }
          log(team.rank, team.size, sum, team.isRevoked, world.isRevoked);`,
          5,
          { transport, ...tolerant },
        );
        const info = await job.ended();
        assertSucceeded({ job, info });
        for (const [rank, place] of [
          [0, 0],
          [2, 1],
          [4, 2],
        ] as const) {
          assert.equal(job.lines(rank, 'log').at(-1), `${place} 3 ${20 * 5 + 20 * 4 + 20 * 3} false true`);
        }
        assert.deepEqual(job.lines(0, 'log').slice(0, -1), ['now 4 at 20', 'now 3 at 40']);
      }));
  }

  test('a node that waits in a call with somebody who has left it hears of the revocation', () =>
    withCluster(async ({ run }) => {
      const ended = await run(
        `${prelude}
        if (world.rank === 3) die();
        if (world.rank === 0) { log(codeOf(() => world.recv(3))); world.revoke(); }
        else log(codeOf(() => world.recv(0)));
        const rest = world.shrink();
        log(rest.allgather(world.rank).join());`,
        4,
        tolerant,
      );
      assertSucceeded(ended);
      assert.deepEqual(ended.job.lines(0, 'log'), ['procFailed 3', '0,1,2']);
      for (const rank of [1, 2]) assert.deepEqual(ended.job.lines(rank, 'log'), ['revoked 0', '0,1,2']);
    }));

  test('calls in shared memory end for those who wait there, by a failure and by a revocation; the survivors get their own', () =>
    withCluster(async ({ run }) => {
      const ended = await run(
        `${prelude}
        const many = (team) => { for (let i = 0; i < 40; i += 1) team.allreduce(1); return team.lastCollective.algorithm; };
        const way = many(world);
        if (world.rank === 2) die();
        const codes = [1, new Float64Array(100_000)].map((data) => codeOf(() => world.allreduce(data)));
        const rest = world.shrink();
        log(way, ...codes, many(rest), rest.allreduce(world.rank));
        if (rest.rank === 0) rest.revoke();
        else log(codeOf(() => rest.barrier()), codeOf(() => rest.barrier()));`,
        4,
        { ...tolerant, transport: 'shm' },
      );
      assertSucceeded(ended);
      const line = 'sharedMemory procFailed 2 procFailed 2 sharedMemory 4';
      assert.deepEqual(ended.job.lines(0, 'log'), [line]);
      for (const rank of [1, 3])
        assert.deepEqual(ended.job.lines(rank, 'log'), [line, 'revoked 0 revoked 0']);
    }));

  test('a lock of a window whose holder has died, and a dead target, are errors', () =>
    withCluster(async ({ run }) => {
      const ended = await run(
        `${prelude}
        const window = world.allocateWindow(Float64Array, 1);
        if (world.rank === 2) { window.lock(0); world.send('held', 1); die(); }
        if (world.rank === 1) {
          world.recv(2);
          log(codeOf(() => window.lock(0)), codeOf(() => window.fence()));
        }`,
        3,
        { ...tolerant, transport: 'shm' },
      );
      assertSucceeded(ended);
      assert.deepEqual(ended.job.lines(1, 'log'), ['procFailed 2 procFailed 2']);
    }));

  test('without an error handler the first call that needs the dead node ends the job, and cannot be caught', () =>
    withCluster(async ({ run }) => {
      const { info } = await run(
        `if (world.rank === 1) process.kill(process.pid, 'SIGKILL');
         try { world.recv(1, 4); } catch { log('caught'); }`,
        2,
        tolerant,
      );
      assert.equal(info.failure?.error.code, 'procFailed');
      assert.equal(info.failure.rank, 0);
      assert.match(info.failure.error.message, /^recv on world: node 1 has failed\./);
    }));

  test('an error handler of the program is told, and then the error is thrown', () =>
    withCluster(async ({ run }) => {
      const ended = await run(
        `world.setErrorHandler((error) => log('handler', error.code));
         if (world.rank === 1) process.kill(process.pid, 'SIGKILL');
         try { world.dup; world.recv(1, 4); } catch (error) { log('thrown', error.code); }`,
        2,
        tolerant,
      );
      assertSucceeded(ended);
      assert.deepEqual(ended.job.lines(0, 'log'), ['handler procFailed', 'thrown procFailed']);
    }));

  test('the end of the last node is the end of the job', () =>
    withCluster(async ({ run }) => {
      const { info } = await run(`process.kill(process.pid, 'SIGKILL'); for (;;);`, 3, tolerant);
      assert.equal(info.state, 'failed');
      assert.equal(info.failure?.error.code, 'nodeLost');
    }));

  test('those that wait for each other are found, also after a death', () =>
    withCluster(async ({ run }) => {
      const { info } = await run(
        `${prelude}
        if (world.rank === 2) die();
        codeOf(() => world.recv(2));
        world.recv(1 - world.rank, 8);`,
        3,
        tolerant,
      );
      assert.equal(info.failure?.error.code, 'deadlock');
      assert.match(info.failure.error.message, /They wait for each other: 0 -> 1 -> 0/);
    }));
});

test('what nodes say to agree is not a message that was never received', () =>
  withCluster(async ({ run }) => {
    const { info } = await run(`if (!world.agree(true)) throw new Error('not all');`, 5);
    assert.deepEqual([info.state, info.warnings], ['succeeded', undefined]);
  }));

test('without fault tolerance the death of a node ends the job, whatever the handler', () =>
  withCluster(async ({ run }) => {
    const { info } = await run(`${prelude} if (world.rank === 1) die(); world.recv(1);`, 2);
    assert.equal(info.failure?.error.code, 'nodeLost');
  }));
