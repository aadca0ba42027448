import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FoundDeployment } from '../../runtime/client';
import type { DeploymentInfo } from '../../runtime/protocol/deployment';
import { LockstepError } from '../../runtime/protocol/errors';
import { Deployments } from './deployments';

const lost = (name: string): FoundDeployment => ({
  name,
  problem: new LockstepError('deploymentLost', { name, pid: 7 }),
});

function setUp(context: { mock: { timers: { enable(options: { apis: ['setTimeout'] }): void } } }) {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const world = { any: true, trusted: true, found: [lost('airports')], looks: 0, changes: 0 };
  const deployments = new Deployments({
    any: () => world.any,
    find: () => {
      world.looks += 1;
      return Promise.resolve(world.found);
    },
    isTrusted: () => world.trusted,
  });
  deployments.onChanged(() => (world.changes += 1));
  const names = () => deployments.list().map(({ name }) => name);
  return { world, deployments, names };
}

test('they are looked at again and again while they are shown, and not otherwise', async (context) => {
  const { world, deployments, names } = setUp(context);
  deployments.setShown(true);
  await deployments.look();
  assert.deepEqual([names(), world.looks, world.changes], [['airports'], 2, 1]);
  world.found = [];
  context.mock.timers.tick(2000);
  await deployments.look();
  assert.deepEqual([names(), world.looks, world.changes], [[], 4, 2]);
  deployments.setShown(false);
  context.mock.timers.tick(60_000);
  await deployments.look();
  assert.equal(world.looks, 5);
});

test('whoever has deployed nothing, or does not trust the folder, starts nothing', async (context) => {
  const { world, deployments, names } = setUp(context);
  world.trusted = false;
  await deployments.look();
  world.trusted = true;
  world.any = false;
  await deployments.look();
  assert.deepEqual([names(), world.looks], [[], 0]);
  assert.equal(deployments.get('airports'), undefined);
});

test('what a coordinator tells stands at once, in its place by name, until the next look', async (context) => {
  const { world, deployments, names } = setUp(context);
  await deployments.look();
  const info: DeploymentInfo = {
    name: 'weather',
    phase: 'updating',
    program: '/home/ada/weather.ts',
    cluster: 'local',
    size: 2,
    minimum: 2,
    inService: 0,
    pid: 7,
    startedAtMs: 0,
    replicas: [],
  };
  deployments.told(info);
  deployments.told({ ...info, name: 'aloft' });
  deployments.told({ ...info, inService: 1 });
  assert.deepEqual(names(), ['airports', 'aloft', 'weather']);
  assert.equal(deployments.get('weather')?.info?.inService, 1);
  assert.equal(world.changes, 4);
  await deployments.look();
  assert.deepEqual(names(), ['airports']);
});
