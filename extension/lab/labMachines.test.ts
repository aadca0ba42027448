import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Browser } from '../../runtime/discovery';
import { Emitter } from '../../runtime/core/emitter';
import type { FoundMachine } from '../../runtime/protocol/discovery';
import { LockstepError } from '../../runtime/protocol/errors';
import { LabMachines } from './labMachines';

class FakeBrowser {
  machines: FoundMachine[] = [];
  drops = { unopened: 0 };
  disposed = false;
  readonly changed = new Emitter<void>();
  readonly onChanged = this.changed.event;
  dispose(): void {
    this.disposed = true;
  }
}

function labWith(browse: () => Promise<FakeBrowser>, isTrusted = () => true): LabMachines {
  return new LabMachines({ browse: browse as unknown as () => Promise<Browser>, isTrusted });
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('it listens only while somebody looks, and says what it hears', async () => {
  const browser = new FakeBrowser();
  const lab = labWith(() => Promise.resolve(browser));
  assert.equal(lab.state, 'off');
  lab.watch(true);
  await settled();
  assert.equal(lab.state, 'nobody');
  browser.drops.unopened = 3;
  assert.equal(lab.state, 'otherToken');
  let changes = 0;
  lab.onChanged(() => (changes += 1));
  browser.machines = [{ id: 'a' } as FoundMachine];
  browser.changed.fire();
  assert.equal(changes, 1);
  assert.equal(lab.state, 'found');
  lab.watch(false);
  assert.ok(browser.disposed);
  assert.equal(lab.state, 'off');
  assert.deepEqual(lab.machines, []);
});

test('in a folder that is not trusted nothing is listened to, until it is', async () => {
  let trusted = false;
  let browsed = 0;
  const lab = labWith(
    () => {
      browsed += 1;
      return Promise.resolve(new FakeBrowser());
    },
    () => trusted,
  );
  lab.watch(true);
  await settled();
  assert.equal(browsed, 0);
  trusted = true;
  lab.restart();
  await settled();
  assert.equal(browsed, 1);
  lab.dispose();
});

test('a network that opens after nobody looks any more is closed again', async () => {
  const browser = new FakeBrowser();
  const lab = labWith(() => settled().then(() => browser));
  lab.watch(true);
  lab.watch(false);
  await settled();
  await settled();
  assert.ok(browser.disposed);
  assert.equal(lab.state, 'off');
});

test('what is missing is named, and is looked for again', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  let error: LockstepError | undefined = new LockstepError('noLabToken', { file: '/t' });
  const lab = labWith(() => (error ? Promise.reject(error) : Promise.resolve(new FakeBrowser())));
  lab.watch(true);
  await settled();
  assert.equal(lab.state, 'noToken');
  error = new LockstepError('noDiscovery', { reason: 'EACCES' });
  context.mock.timers.tick(3000);
  await settled();
  assert.equal(lab.state, 'failed');
  assert.match(lab.failure?.message ?? '', /EACCES/);
  error = undefined;
  context.mock.timers.tick(3000);
  await settled();
  assert.equal(lab.state, 'nobody');
  assert.equal(lab.failure, undefined);
  lab.dispose();
});
