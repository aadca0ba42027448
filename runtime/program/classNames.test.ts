import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import { runInNewContext } from 'node:vm';
import { transform } from 'esbuild';
import { restoreClassNames } from './classNames';

const code = `var Counter = class _Counter {
  static make() { return new _Counter(); }
  static text = \`a \${_Counter.name}\`;
};
var Other$ = class _Other$ { static one = new _Other$; };
made = [Counter.make(), Other$.one, Counter.text];`;

describe('the names of classes', () => {
  test('are those of the source, where esbuild has changed them, and nothing moves', () => {
    const restored = restoreClassNames(code, ['class Counter {}', 'class Other$ {}']);
    assert.equal(restored.length, code.length);
    assert.deepEqual(
      restored.split('\n').map((line) => line.length),
      code.split('\n').map((line) => line.length),
    );
    const made = runInNewContext(restored, { made: undefined }) as unknown[];
    assert.equal(inspect(made), "[ Counter {}, Other$ {}, 'a Counter' ]");
  });

  test('that a source uses with an underscore stay as they are', () => {
    const restored = restoreClassNames(code, ['class Counter {} const _Counter = 1', 'class Other$ {}']);
    assert.match(restored, /class _Counter \{/);
    assert.match(restored, /class Other\$ {2}\{/);
  });

  test('of code without such a class are not touched', async () => {
    const { code: plain } = await transform('class A { b = _A; } const _A = class _B {};', { format: 'cjs' });
    assert.equal(restoreClassNames(plain, [plain]), plain);
  });
});
