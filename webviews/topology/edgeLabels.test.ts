import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { placeLabels } from './edgeLabels';
import { edgeLook, edgeOpacity } from './edgeLook';

const place = fc.record({ x: fc.integer({ min: 0, max: 500 }), y: fc.integer({ min: 0, max: 400 }) });

test('labels lie neither on each other nor on a node', () => {
  const curves = fc.array(fc.record({ from: place, control: place, to: place }), { maxLength: 20 });
  fc.assert(
    fc.property(curves, fc.array(place, { maxLength: 10 }), (all, nodes) => {
      const candidates = all.map((curve, key) => ({ key, curve, text: '120 msg/s · 3.4 MB/s' }));
      const labels = placeLabels(candidates, { nodes, nodeRadius: 15, words: [] }, 500);
      labels.forEach((a, index) => {
        labels.slice(index + 1).forEach((b) => {
          assert.ok(Math.abs(a.y - b.y) >= 17 || Math.abs(a.x - b.x) >= a.width);
        });
        for (const node of nodes) {
          const dx = Math.max(0, Math.abs(node.x - a.x) - a.width / 2);
          const dy = Math.max(0, Math.abs(node.y - a.y) - 8.5);
          assert.ok(Math.hypot(dx, dy) >= 15);
        }
      });
    }),
  );
});

test('more traffic looks like more', () => {
  const look = (messagesPerSecond: number, bytesPerSecond: number) =>
    edgeLook({
      source: 0,
      destination: 1,
      messages: 0,
      bytes: 0,
      heardMs: 0,
      messagesPerSecond,
      bytesPerSecond,
    });
  const [slow, fast] = [look(1, 100), look(10_000, 1e9)];
  assert.ok(fast.width > slow.width && fast.speed > slow.speed && fast.spacing < slow.spacing);
  assert.ok(edgeOpacity(4000) < edgeOpacity(16) && edgeOpacity(1) === 1);
});
