import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { OutputLimit } from './outputLimit';

test('what is within the limit passes whole, and there is nothing to say', () => {
  const limit = new OutputLimit(100, 0);
  assert.equal(limit.pass('a'.repeat(60), 0), 'a'.repeat(60));
  assert.equal(limit.pass('b'.repeat(40), 0), 'b'.repeat(40));
  assert.equal(limit.notice(), undefined);
});

test('beyond the limit whole lines pass, the rest is counted, once', () => {
  const limit = new OutputLimit(10, 0);
  assert.equal(limit.pass('one\ntwo\nthree\nfour', 0), 'one\ntwo');
  assert.equal(limit.pass('five', 0), undefined);
  const notice = limit.notice() ?? '';
  assert.match(notice, /^3 lines \(16 bytes\) left out/);
  assert.equal(limit.notice(), undefined);
});

test('time gives room again, up to one second’s worth', () => {
  const limit = new OutputLimit(10, 0);
  assert.equal(limit.pass('0123456789', 0), '0123456789');
  assert.equal(limit.pass('ab', 100), undefined);
  assert.equal(limit.pass('ab', 200), 'ab');
  assert.equal(limit.pass('01234567890', 60_000), undefined);
  assert.equal(limit.pass('0123456789', 60_000), '0123456789');
});

test('bytes are counted, not characters', () => {
  const limit = new OutputLimit(8, 0);
  assert.equal(limit.pass('ééé', 0), 'ééé');
  assert.equal(limit.pass('é€', 0), undefined);
  assert.match(limit.notice() ?? '', /^1 lines? \(6 bytes\)/);
});

test('no line is lost without being counted, and what passes stays within the limit', () => {
  const lines = fc.array(
    fc.string({ unit: 'grapheme', maxLength: 12 }).map((s) => s.replaceAll('\n', ' ')),
    {
      minLength: 1,
      maxLength: 8,
    },
  );
  const steps = fc.array(fc.tuple(lines, fc.nat(500)), { maxLength: 40 });
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 200 }), (pushes, bytesPerSecond) => {
      const limit = new OutputLimit(bytesPerSecond, 0);
      let nowMs = 0;
      let pushed = 0;
      let passed = 0;
      let passedBytes = 0;
      for (const [batch, waitMs] of pushes) {
        nowMs += waitMs;
        pushed += batch.length;
        const text = limit.pass(batch.join('\n'), nowMs);
        if (text === undefined) continue;
        assert.ok(batch.join('\n').startsWith(text));
        passed += text.split('\n').length;
        passedBytes += Buffer.byteLength(text);
      }
      const leftOut = Number(/^\d+/.exec(limit.notice() ?? '0')?.[0]);
      assert.equal(passed + leftOut, pushed);
      assert.ok(passedBytes <= bytesPerSecond * (1 + nowMs / 1000) + 1e-6);
    }),
  );
});
