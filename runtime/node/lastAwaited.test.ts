import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { LastAwaited } from './lastAwaited';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('what is awaited and not settled stays alive; what is settled does not', async () => {
  const last = new LastAwaited();
  last.start();
  const gone: string[] = [];
  const registry = new FinalizationRegistry<string>((name) => void gone.push(name));
  let settle: (value: object) => void = () => undefined;
  const awaits = async (promise: Promise<unknown>, name: string): Promise<void> => {
    const held = {};
    registry.register(held, name);
    await promise;
    assert.ok(held);
  };
  void awaits(new Promise(() => undefined), 'never');
  void awaits(new Promise((resolve) => (settle = resolve)), 'later');
  const value = async (name: string): Promise<void> => {
    const big = {};
    registry.register(big, name);
    await Promise.resolve(big);
  };
  await value('settled before');
  settle({});
  settle = () => undefined;
  last.clean();
  for (let i = 0; i < 10 && gone.length < 2; i += 1) {
    await turn();
    collect();
  }
  await turn();
  assert.deepEqual(gone.sort(), ['later', 'settled before']);
});
