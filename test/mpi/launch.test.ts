import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { cleared } from '../cluster/leakCheck';
import { processesWith } from '../cluster/processes';
import { DapSession, lineOf, program, withSession } from '../dap/dapSession';
import { eventually } from '../remote/commands';
import { families } from './mpiexec';

const ring = program('ring.ts');
const waits = program('waits.ts');
const counted = lineOf(ring, 'rounds += 1');

/** The processes of the run that have a word in their command line. */
const processesOf = (word: string) =>
  processesWith(process.env['XDG_RUNTIME_DIR'] ?? '').filter(({ command }) => command.includes(word));

/** The first of them. */
function processOf(word: string): number {
  const [found] = processesOf(word);
  assert.ok(found, `no process of the run has ${word} in its command line`);
  return found.pid;
}

/** The process of the node of a thread that is stopped. */
async function pidOf(session: DapSession, threadId: number): Promise<number> {
  const { id } = await session.top(threadId);
  return Number((await session.evaluate('process.pid', id)).result);
}

for (const mpi of families) {
  describe(`a debug session that starts the mpiexec of ${mpi}`, () => {
    test('nodes wait for the breakpoints, stop there, step, are read, and run to their end', () =>
      withSession(async (session) => {
        const stops = session.stopped(1, 2, 3);
        const breakpoints = { [ring]: [{ line: counted, condition: 'round === 0' }] };
        const set = await session.launch({ program: ring, nodes: 3, mpi, breakpoints });
        for (const { hitBreakpointIds } of await stops) assert.deepEqual(hitBreakpointIds, [set[0]?.id]);
        const started = session.events.find(({ event }) => event === 'lockstep/jobStarted');
        const { transport, launcher } = started?.body['job'] as { transport: string; launcher: string };
        assert.equal(transport, 'mpi');
        assert.match(launcher, new RegExp(`/mpiexec\\.${mpi}$`));
        const stepped = session.stopped(2);
        await session.request('next', { threadId: 2 });
        await stepped;
        assert.equal(await session.lineAt(2), counted + 1);
        const { id } = await session.top(2);
        assert.equal((await session.evaluate('world.rank + received.from', id)).result, '1');
        await session.request('lockstep/continueAll', {});
        const output = await session.ended();
        for (const rank of [0, 1, 2]) {
          assert.equal(output.match(new RegExp(`^\\[${rank}\\] .*total 30`, 'gm'))?.length, 1, output);
        }
        assert.doesNotMatch(output, /mpiexec/);
      }));

    test('stopOnEntry stops every node on its first line; a restart begins with another mpiexec', () =>
      withSession(async (session) => {
        const first = lineOf(ring, 'const right');
        const stops = session.stopped(1, 2);
        await session.launch({ program: ring, nodes: 2, mpi, stopOnEntry: true });
        await stops;
        assert.deepEqual([await session.lineAt(1), await session.lineAt(2)], [first, first]);
        const before = processOf(`mpiexec.${mpi}`);
        const again = session.stopped(1, 2);
        await session.request('restart', {});
        await again;
        assert.notEqual(processOf(`mpiexec.${mpi}`), before);
        await session.request('lockstep/continueAll', {});
        assert.match(await session.ended(), /total 10/);
      }));

    test('a node that waits in the library is paused; Stop ends mpiexec and all nodes', () =>
      withSession(async (session) => {
        await session.launch({ program: waits, nodes: 4, mpi });
        await session.named(/node 0 · blocked/);
        const stop = session.stopped(1);
        await session.request('pause', { threadId: 1 });
        const [{ description } = {}] = await stop;
        assert.equal(description, 'Paused in recv(source 1, tag 7)');
        const ended = session.ended();
        await session.request('terminate', {});
        const output = await ended;
        assert.match(output, /The job was stopped/);
        assert.doesNotMatch(output, /mpiexec|MPI_Abort/);
        assert.deepEqual(processesOf('mpiexec'), []);
      }));

    test('a node that is killed is named', () =>
      withSession(async (session) => {
        const stop = session.stopped(2);
        const breakpoints = { [ring]: [{ line: counted, condition: '@1' }] };
        await session.launch({ program: ring, nodes: 3, mpi, breakpoints });
        await stop;
        process.kill(await pidOf(session, 2), 'SIGKILL');
        await session.ended();
        assert.match(session.output('stderr'), /Node 1 failed: Node 1 was lost: its process was killed/);
      }));

    test('a thread that is terminated is its node, killed', () =>
      withSession(async (session) => {
        await session.launch({ program: waits, nodes: 3, mpi });
        await session.named(/node 0 · blocked/);
        await session.request('terminateThreads', { threadIds: [3] });
        await session.ended();
        assert.match(session.output('stderr'), /Node 2 was lost: it was killed on request/);
      }));

    test('mpiexec that is killed ends the session, with words', () =>
      withSession(async (session) => {
        await session.launch({ program: waits, nodes: 2, mpi });
        await session.named(/node 0 · blocked/);
        process.kill(processOf(`mpiexec.${mpi}`), 'SIGKILL');
        await session.ended();
        assert.match(
          session.output('stderr'),
          new RegExp(`mpiexec\\.${mpi} was killed by SIGKILL, and the nodes ended with it`),
        );
      }));

    test('what the launcher refuses is said in its words', () =>
      withSession(async (session) => {
        await session.initialize();
        const launch = { program: ring, nodes: 2, mpiexec: [`mpiexec.${mpi}`, '--no-such-option'] };
        await assert.rejects(
          session.request('launch', launch),
          /mpiexec\.\w+ ended with exit code \d+ before its processes were nodes\. It says: .*no-such-option/,
        );
      }));

    test('a coordinator that is killed, and an adapter, leave nothing behind', () =>
      withSession(async (session) => {
        const folder = process.env['XDG_RUNTIME_DIR'] ?? '';
        await session.launch({ program: waits, nodes: 2, mpi });
        await session.named(/node 0 · blocked/);
        process.kill(processOf('coordinator.js'), 'SIGKILL');
        await session.ended();
        assert.match(session.output('stderr'), /The cluster's coordinator is gone/);
        await session.disconnect();
        await cleared(folder);
        const killed = new DapSession();
        const stops = killed.stopped(1, 2);
        await killed.launch({ program: ring, nodes: 2, mpi, breakpoints: { [ring]: [{ line: counted }] } });
        await stops;
        killed.kill();
        await cleared(folder);
      }));
  });
}

describe('a debug session whose nodes mpiexec cannot start', () => {
  test('what is wrong is said before anything runs', () =>
    withSession(async (session) => {
      await session.initialize();
      const launch = (settings: object) =>
        session.request('launch', { program: ring, nodes: 2, ...settings });
      await assert.rejects(
        launch({ mpi: 'lam' }),
        /"launch" is malformed: mpi: must be true, "mpich" or "openmpi"/,
      );
      await assert.rejects(launch({ mpiexec: [] }), /malformed: mpiexec: must be a path, or a list/);
      await assert.rejects(
        launch({ mpiexec: '/nowhere/mpiexec' }),
        /There is no \/nowhere\/mpiexec that could be run/,
      );
      await assert.rejects(launch({ mpiexec: '/bin/cat' }), /\/bin\/cat is no mpiexec of MPICH or Open MPI/);
      await assert.rejects(
        launch({ mpi: 'mpich', mpiexec: 'mpiexec.openmpi' }),
        /mpiexec\.openmpi is no mpiexec of MPICH: asked for its version, it says ".*OpenRTE/,
      );
      const empty = { env: { PATH: '/nowhere' } };
      await assert.rejects(
        launch({ mpi: 'openmpi', ...empty }),
        /no mpiexec of Open MPI on this machine .*sudo apt-get install openmpi-bin\)/,
      );
      await assert.rejects(
        launch({ mpi: true, ...empty }),
        /no mpiexec on this machine .*apt-get install mpich, or/,
      );
      await assert.rejects(
        launch({ mpi: true, cluster: 'local' }),
        /cluster: local is not for a run under mpiexec/,
      );
      await assert.rejects(
        launch({ mpi: true, transport: 'shm' }),
        /transport: shm is not how messages travel/,
      );
      await assert.rejects(launch({ mpi: true, faultTolerant: true }), /faultTolerant: true is not possible/);
      const env = { LOCKSTEP_MPI_LIBRARY: '/nowhere/libmpi.so' };
      await assert.rejects(
        launch({ mpi: true, env }),
        /LOCKSTEP_MPI_LIBRARY names \(\/nowhere\/libmpi\.so\)/,
      );
      await assert.rejects(
        launch({ mpi: 'openmpi', env: { LOCKSTEP_MPI_LIBRARY: 'mpich' } }),
        /the two belong to different MPIs/,
      );
    }));

  test('a program that does not build, one that throws, one that ends its process', () =>
    withSession(async (session) => {
      const folder = mkdtempSync(join(tmpdir(), 'mpi-'));
      try {
        const path = join(folder, 'program.ts');
        await session.initialize();
        writeFileSync(path, 'export default spmd(({');
        await assert.rejects(session.request('launch', { program: path, mpi: true }), /program\.ts:1/);
        writeFileSync(
          path,
          "import { spmd } from 'lockstep';\nexport default spmd(({ world }) => {\n  if (world.rank === 1) process.exit(5);\n  world.recv(1, 1);\n});\n",
        );
        await session.launch({ program: path, nodes: 2, mpi: true });
        await session.ended();
        assert.match(
          session.output('stderr'),
          /Node 1 failed at program\.ts:3:\d+: The program ended its own process with exit code 5/,
        );
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }));

  test('a launcher that hangs is given up, and ended', () =>
    withSession(async (session) => {
      const folder = mkdtempSync(join(tmpdir(), 'mpi-'));
      try {
        const path = join(folder, 'mpiexec');
        writeFileSync(path, '#!/bin/sh\n[ "$1" = --version ] && exec echo MPICH\nexec sleep 1000\n');
        chmodSync(path, 0o700);
        await session.initialize();
        const launched = session.request('launch', { program: ring, nodes: 2, mpiexec: path });
        const refused = assert.rejects(launched, /stopped/);
        const isThere = () =>
          processesWith(process.env['XDG_RUNTIME_DIR'] ?? '').some(({ command }) => command === 'sleep 1000');
        await eventually('the launcher runs', isThere);
        await session.request('terminate', {});
        await refused;
        assert.ok(!isThere());
        void session.request('launch', { program: ring, nodes: 2, mpiexec: path }).catch(() => undefined);
        await eventually('it runs again', isThere);
        process.kill(processOf('coordinator.js'), 'SIGKILL');
        await eventually('the guard has ended it', () => !isThere());
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }));
});
