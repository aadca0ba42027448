/** Services that outlive their command: updates, ways back, crashes, and the end. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { isRunning } from './processes';
import { labels, servingProgram, watchService } from './serviceProbe';
import { until } from './until';
import { type Deployments, type Listed, withDeployments } from './withDeployments';

/** Deploys a program of this text under the name `it`. */
async function deploy(
  { write, command, scratch }: Deployments,
  text: string,
  nodes: number,
  ...options: string[]
): ReturnType<Deployments['command']> {
  const program = write(`program.ts`, text);
  return command('deploy', program, '--name', 'it', '--nodes', String(nodes), ...options, '--', scratch);
}

const allOf = async ({ scratch }: Deployments): Promise<string[]> =>
  [...(await labels(scratch)).entries()]
    .sort(([a], [b]) => a - b)
    .flatMap(([rank, all]) => `${rank} ${all.join(' ')}`);

const states = ([listed]: Listed[]) =>
  listed?.replicas?.map(({ rank, state, restarts }) => `${rank} ${state} ${restarts}`);

describe('a deployment', () => {
  test('goes on after its command, is updated with all ranks in service, and leaves nothing when it ends', () =>
    withDeployments(async (it) => {
      const first = await deploy(it, servingProgram('one'), 4);
      assert.equal(first.code, 0, first.stderr);
      assert.deepEqual(await allOf(it), ['0 one', '1 one', '2 one', '3 one']);

      const update = deploy(it, servingProgram('two'), 4);
      const watch = await watchService(it.scratch, 4, update);
      const { code, stdout, stderr } = await update;
      assert.equal(code, 0, stderr);
      assert.match(stdout, /it: version (\w+) is in service: 4 of 4 replicas are healthy\n$/);
      assert.deepEqual(await allOf(it), ['0 two', '1 two', '2 two', '3 two']);
      assert.equal(watch.mostOut, 0, `${watch.mostOut} of 4 ranks were out of service`);
      assert.ok(watch.rounds > 2);

      const again = await deploy(it, servingProgram('two'), 4);
      assert.match(again.stdout, /is already in service/);
      mkdirSync(join(it.workspace, 'data'));
      writeFileSync(join(it.workspace, 'data', 'words.txt'), 'new words');
      const withData = await deploy(it, servingProgram('two'), 4);
      assert.match(withData.stdout, /is in service: 4 of 4/, 'other data make another version');
      const { stdout: output } = await it.command('deployments', 'it', '--output');
      assert.match(output, /^\[0 \w{12}\] two listens$/m);

      assert.equal((await it.command('undeploy', 'it')).code, 0);
      assert.deepEqual(await it.list(), []);
      assert.equal((await labels(it.scratch)).size, 0);
      const stopped = readdirSync(it.scratch).filter((name) => name.startsWith('stopped-'));
      assert.equal(stopped.length, 8, 'each replica was asked to stop');
    }));

  test('is refused on an allocation of Slurm, which ends, with what to take instead', () =>
    withDeployments(async (it) => {
      it.write('lockstep.json', JSON.stringify({ clusters: { lab: { type: 'slurm', nodes: 2 } } }));
      const { code, stderr } = await deploy(it, servingProgram('one'), 2, '--cluster', 'lab');
      assert.equal(code, 2, stderr);
      assert.match(
        stderr,
        /Cluster "lab" is an allocation of Slurm, which ends at its time limit; .* type "local" or "ssh"\.$/m,
      );
      assert.deepEqual(await it.list(), []);
    }));

  test('with a smaller minimum never has two replicas of a rank, and keeps the minimum in service', () =>
    withDeployments(async (it) => {
      assert.equal((await deploy(it, servingProgram('one'), 3, '--min-in-service', '2')).code, 0);
      const update = deploy(it, servingProgram('two'), 3, '--min-in-service', '2');
      const watch = await watchService(it.scratch, 3, update);
      const { code, stderr } = await update;
      assert.equal(code, 0, stderr);
      assert.ok(watch.mostOut <= 1, `${watch.mostOut} of 3 ranks were out of service`);
      assert.equal(watch.mostOfOneRank, 1);
      assert.deepEqual(await allOf(it), ['0 two', '1 two', '2 two']);
    }));

  test('goes back to the version before when the new one is not healthy in time, and says why', () =>
    withDeployments(async (it) => {
      assert.equal((await deploy(it, servingProgram('one'), 2)).code, 0);
      // The first replica is healthy, so that there is something to take back.
      const bad = servingProgram('bad', { healthy: 'rank === 0' });
      const update = deploy(it, bad, 2, '--health-timeout', '5');
      const watch = await watchService(it.scratch, 2, update);
      const { code, stderr } = await update;
      assert.equal(code, 1);
      assert.match(
        stderr,
        /\[1 \w+\] bad listens\nlockstep: it: replica 1 of version \w+ failed on \S+: it was not healthy within 5 s: healthy\(\) returned false\. The version before, \w+, is back\.\n$/,
      );
      assert.equal(watch.mostOut, 0, `${watch.mostOut} of 2 ranks were out of service`);
      assert.deepEqual(await allOf(it), ['0 one', '1 one']);
    }));

  test('goes back when a new replica throws, and names the line', () =>
    withDeployments(async (it) => {
      assert.equal((await deploy(it, servingProgram('one'), 2)).code, 0);
      const body = `if (rank === 1) setTimeout(() => { throw new RangeError('no such gate'); });`;
      const { code, stderr } = await deploy(it, servingProgram('bad', { body }), 2);
      assert.equal(code, 1);
      assert.match(
        stderr,
        /replica 1 of version \w+ failed on \S+: RangeError: no such gate \(.*program\.ts:8:/,
      );
      assert.deepEqual(await allOf(it), ['0 one', '1 one']);
    }));

  test('that fails the first time leaves nothing', () =>
    withDeployments(async (it) => {
      const { code, stderr } = await deploy(
        it,
        servingProgram('bad', { healthy: 'false' }),
        2,
        '--health-timeout',
        '2',
      );
      assert.equal(code, 1);
      assert.match(stderr, /Nothing was deployed before, so nothing is left\.\n$/);
      assert.deepEqual(await it.list(), []);
      const spmd = `import { spmd } from 'lockstep'; export default spmd(() => {});`;
      assert.match((await deploy(it, spmd, 1)).stderr, /is no service: only what service\(\.\.\.\) makes/);
    }));

  test('starts a replica again that dies, also in the middle of an update', () =>
    withDeployments(async (it) => {
      assert.equal((await deploy(it, servingProgram('one'), 2)).code, 0);
      const kill = (rank: number) => {
        for (const name of readdirSync(it.scratch)) {
          const pid = Number(/^(\d+)-(\d+)$/.exec(name)?.[2]);
          if (name.startsWith(`${rank}-`) && isRunning(pid)) process.kill(pid, 'SIGKILL');
        }
      };
      kill(1);
      await until('it was started again', async () => states(await it.list())?.[1] === '1 healthy 1');
      assert.deepEqual(await allOf(it), ['0 one', '1 one']);

      const update = deploy(it, servingProgram('two'), 2);
      await until('the update has begun', async () => (await labels(it.scratch)).get(0)?.includes('two'));
      for (const name of readdirSync(it.scratch)) {
        const pid = Number(/^1-(\d+)$/.exec(name)?.[1]);
        if (pid && isRunning(pid) && (await labels(it.scratch)).get(1)?.join() === 'one')
          process.kill(pid, 'SIGKILL');
      }
      const { code, stderr } = await update;
      assert.equal(code, 0, stderr);
      assert.deepEqual(await allOf(it), ['0 two', '1 two']);
    }));

  test('that crashes again and again is started at a bounded rate, and is ended all the same', () =>
    withDeployments(async (it) => {
      // Healthy for the deployment, then it ends itself again and again.
      const body = `setTimeout(() => process.exit(7), 2500);`;
      assert.equal((await deploy(it, servingProgram('one', { body }), 1)).code, 0);
      const waiting = await until('it waits before its third start', async () => {
        const [replica] = (await it.list())[0]?.replicas ?? [];
        return replica?.state === 'waiting' && replica.restarts >= 2 && replica;
      });
      assert.match(waiting.reason ?? '', /ended its own process with exit code 7/);
      assert.match((await it.command('deployments')).stdout, /0 of 1 in service[^]*replica 0: .*exit code 7/);
    }));

  test('is found by its commands alone: one update at a time, and names that are wrong are named', () =>
    withDeployments(async (it) => {
      const slow = servingProgram('slow', {
        body: 'const from = Date.now();',
        healthy: 'Date.now() > from + 3000',
      });
      const first = deploy(it, slow, 1);
      await until('it comes up', async () => (await it.list())[0]?.phase === 'updating');
      const second = await deploy(it, servingProgram('two'), 1);
      assert.match(second.stderr, /^lockstep: it is being updated just now\./);
      assert.equal((await first).code, 0);
      const { code, stderr } = await it.command('undeploy', 'other');
      assert.equal(code, 2);
      assert.equal(stderr, 'lockstep: There is no deployment "other". There are: it.\n');
      const many = await deploy(it, servingProgram('two'), 1, '--min-in-service', '2');
      assert.match(many.stderr, /--min-in-service: 2 is not at most the number of replicas, which is 1/);
    }));

  test('whose coordinator is killed ends with it; the next command says so, and it can be deployed again', () =>
    withDeployments(async (it) => {
      assert.equal((await deploy(it, servingProgram('one'), 2)).code, 0);
      const [{ pid = 0 } = {}] = await it.list();
      process.kill(pid, 'SIGKILL');
      await until('its replicas have ended', async () => (await labels(it.scratch)).size === 0);
      const { stdout } = await it.command('deployments');
      assert.match(stdout, /^it: LOST\n {2}The coordinator of it \(process \d+\) is gone without a word\./);
      assert.equal((await deploy(it, servingProgram('one'), 2)).code, 0);
      assert.deepEqual(await allOf(it), ['0 one', '1 one']);
    }));

  test('whose coordinator is told to end says by whom', () =>
    withDeployments(async (it) => {
      assert.equal((await deploy(it, servingProgram('one'), 1)).code, 0);
      const [{ pid = 0 } = {}] = await it.list();
      process.kill(pid, 'SIGHUP'); // as the end of a login does: it stays
      process.kill(pid, 'SIGTERM');
      await until('it has ended', () => !isRunning(pid));
      const { stdout } = await it.command('deployments');
      assert.match(stdout, /is gone: it was told to end \(SIGTERM\)\. Its replicas have ended\./);
      assert.equal((await labels(it.scratch)).size, 0);
      assert.match((await it.command('undeploy', 'it')).stdout, /it is forgotten\n$/);
    }));
});
