/** Services on machines reached over SSH: two real servers, two replicas on each. */
import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { labels, servingProgram, watchService } from '../cluster/serviceProbe';
import { until } from '../cluster/until';
import { type Deployments, withDeployments } from '../cluster/withDeployments';
import { processesWith } from '../cluster/processes';
import { type Sshd, startSshd } from './sshd';

describe('a deployment on two machines reached over SSH', () => {
  let first: Sshd;
  let second: Sshd;

  before(async () => {
    [first, second] = await Promise.all([startSshd(), startSshd()]);
    const other = readFileSync(second.configFile, 'utf8').replace('Host lab', 'Host lab2');
    appendFileSync(first.configFile, `\n${other}`);
  });
  after(() => Promise.all([first.stop(), second.stop()]));

  const withLab = (body: (deployments: Deployments) => Promise<void>) =>
    withDeployments(async (it) => {
      const hosts = [{ host: 'lab' }, { host: 'lab2' }];
      const lab = { type: 'ssh', nodes: 4, configFile: first.configFile, hosts };
      writeFileSync(join(it.workspace, 'lockstep.json'), JSON.stringify({ clusters: { lab } }));
      await body(it);
    });

  const deploy = ({ write, command, scratch }: Deployments, text: string, ...options: string[]) =>
    command('deploy', write('it.ts', text), '--cluster', 'lab', ...options, '--', scratch);

  const hostsOf = async ({ list }: Deployments) => (await list())[0]?.replicas?.map(({ host }) => host);

  /** The processes of a machine: all of its sessions have its home in their environment. */
  const left = ({ home }: Sshd) => processesWith(home).map(({ command }) => command);

  test('is updated with all ranks in service, taken back when it fails, and leaves nothing on the machines', () =>
    withLab(async (it) => {
      const { code, stderr } = await deploy(it, servingProgram('one'));
      assert.equal(code, 0, stderr);
      assert.deepEqual(await hostsOf(it), ['lab', 'lab', 'lab2', 'lab2']);

      const update = deploy(it, servingProgram('two'));
      const watch = await watchService(it.scratch, 4, update);
      assert.equal((await update).code, 0, (await update).stderr);
      assert.equal(watch.mostOut, 0, `${watch.mostOut} of 4 ranks were out of service`);

      const bad = servingProgram('bad', { healthy: 'rank < 2' });
      const failed = await deploy(it, bad, '--health-timeout', '5');
      assert.equal(failed.code, 1);
      assert.match(failed.stderr, /replica 2 of version \w+ failed on lab2: it was not healthy within 5 s/);
      assert.deepEqual(new Set([...(await labels(it.scratch)).values()].flat()), new Set(['two']));

      assert.equal((await it.command('undeploy', 'it')).code, 0);
      await until('nothing is left on the machines', () => left(first).length + left(second).length === 0);
    }));

  test('whose coordinator is killed ends on the machines within the lease', () =>
    withLab(async (it) => {
      assert.equal((await deploy(it, servingProgram('one'))).code, 0);
      const [{ pid = 0 } = {}] = await it.list();
      process.kill(pid, 'SIGKILL');
      await until('the replicas have ended', () => left(first).length + left(second).length === 0);
      assert.match((await it.command('deployments')).stdout, /^it: LOST/);
    }));

  test('moves to the other machine when one stays away', () =>
    withLab(async (it) => {
      assert.equal((await deploy(it, servingProgram('one'))).code, 0);
      await second.stop(true);
      await until('all ranks are in service on the machine that is left', async () => {
        const [info] = await it.list();
        return info?.inService === 4 && info.replicas?.every(({ host }) => host === 'lab');
      });
      assert.equal((await labels(it.scratch)).size, 4);
    }));
});
