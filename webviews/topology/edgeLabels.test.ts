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
      const candidates = all.map((curve, key) => ({
        key,
        curve,
        texts: ['120 msg/s · 3.4 MB/s', '120 msg/s'],
      }));
      const labels = placeLabels(
        candidates,
        { nodes, nodeRadius: 15, words: [] },
        { width: 500, textSize: 11.5 },
      );
      labels.forEach((a, index) => {
        labels.slice(index + 1).forEach((b) => {
          assert.ok(Math.abs(a.y - b.y) >= 16 || Math.abs(a.x - b.x) >= (a.width + b.width) / 2);
        });
        for (const node of nodes) {
          const dx = Math.max(0, Math.abs(node.x - a.x) - a.width / 2);
          const dy = Math.max(0, Math.abs(node.y - a.y) - 8.3);
          assert.ok(Math.hypot(dx, dy) >= 15);
        }
      });
    }),
  );
});

test('a label says less where there is no room for more', () => {
  const curve = { from: { x: 0, y: 100 }, control: { x: 100, y: 100 }, to: { x: 200, y: 100 } };
  const nodes = [
    { x: 0, y: 100 },
    { x: 200, y: 100 },
  ];
  const texts = ['120 msg/s · 3.4 MB/s', '120 msg/s'];
  const said = (nodeRadius: number) =>
    placeLabels(
      [{ key: 1, curve, texts }],
      { nodes, nodeRadius, words: [] },
      { width: 400, textSize: 11.5 },
    ).map(({ text }) => text);
  assert.deepEqual([said(20), said(50), said(90)], [[texts[0]], [texts[1]], []]);
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
