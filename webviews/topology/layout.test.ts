import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { curveBetween, distanceToCurve, pointOn } from './curve';
import { labelBox, layOut, layoutNames } from './layout';
import { columnsFor } from './layouts/grid';
import { binomialParent } from './layouts/tree';

const hostNames = (size: number, hosts = 1): string[] =>
  Array.from({ length: size }, (_, rank) => `lab-${Math.floor((rank * hosts) / size)}`);

const boxes = fc.record({
  size: fc.integer({ min: 1, max: 64 }),
  width: fc.integer({ min: 180, max: 1600 }),
  height: fc.integer({ min: 160, max: 1000 }),
  hosts: fc.integer({ min: 1, max: 4 }),
});

for (const name of layoutNames) {
  test(`${name}: nodes lie inside the drawing and none on another`, () => {
    fc.assert(
      fc.property(boxes, ({ size, width, height, hosts }) => {
        const layout = layOut(name, hostNames(size, Math.min(hosts, size)), width, height);
        assert.equal(layout.places.length, size);
        assert.equal(layout.width, width);
        assert.ok(layout.height >= height);
        for (const [rank, { x, y }] of layout.places.entries()) {
          assert.ok(x >= layout.radius && x <= width - layout.radius, `${rank}: x ${x} of ${width}`);
          assert.ok(y >= layout.radius && y <= layout.height - layout.radius, `${rank}: y ${y}`);
        }
        layout.places.forEach((a, index) =>
          layout.places.slice(index + 1).forEach((b) => {
            const distance = Math.hypot(a.x - b.x, a.y - b.y);
            assert.ok(distance >= 2 * layout.radius, `${distance} < 2 × ${layout.radius}`);
          }),
        );
      }),
      { numRuns: 60 },
    );
  });

  test(`${name}: words keep clear of the edge and of each other`, () => {
    fc.assert(
      fc.property(boxes, ({ size, width, height }) => {
        const layout = layOut(name, hostNames(size), width, height);
        const labels = layout.places.flatMap((_, rank) => labelBox(layout, rank) ?? []);
        for (const { left, width: room } of labels) assert.ok(left >= 0 && left + room <= width);
        labels.forEach((a, index) =>
          labels.slice(index + 1).forEach((b) => {
            const apart =
              Math.abs(a.top - b.top) >= a.height || Math.abs(a.left - b.left) >= Math.min(a.width, b.width);
            assert.ok(apart, JSON.stringify([a, b]));
          }),
        );
      }),
      { numRuns: 40 },
    );
  });
}

test('the ring starts at the top and goes clockwise', () => {
  const { places } = layOut('ring', hostNames(4), 600, 600);
  const [top, right, bottom, left] = places as [{ x: number; y: number }, ...{ x: number; y: number }[]];
  assert.ok(top.y < right!.y && right!.y < bottom!.y && right!.x > top.x && left!.x < top.x);
});

test('a grid has full rows where the number of nodes allows it', () => {
  const area = { left: 0, top: 0, width: 800, height: 600 };
  assert.equal(columnsFor(64, area), 8);
  assert.equal(columnsFor(12, area), 4);
  assert.equal(64 % columnsFor(64, { ...area, width: 180 }), 0);
});

test('the binomial tree is that of a broadcast', () => {
  assert.deepEqual([1, 2, 3, 4, 5, 6, 7].map(binomialParent), [0, 0, 2, 0, 4, 4, 6]);
  assert.equal(binomialParent(0), undefined);
});

test('by host: each node lies in the box of its host', () => {
  const names = ['b', 'a', 'b', 'a', 'c'];
  const { places, hosts } = layOut('hosts', names, 700, 500);
  assert.deepEqual(
    hosts.map(({ host, count }) => [host, count]),
    [
      ['b', 2],
      ['a', 2],
      ['c', 1],
    ],
  );
  for (const [rank, name] of names.entries()) {
    const box = hosts.find(({ host }) => host === name)!;
    const { x, y } = places[rank]!;
    assert.ok(x > box.left && x < box.left + box.width && y > box.top && y < box.top + box.height);
  }
});

test('the curves of the two directions lie on different sides and start at the rims', () => {
  const places = [
    { x: 0, y: 0 },
    { x: 200, y: 0 },
  ];
  const there = curveBetween(places, 0, 1, 20, 'right');
  const back = curveBetween(places, 1, 0, 20, 'right');
  assert.ok(pointOn(there, 0.5).y > 0 && pointOn(back, 0.5).y < 0);
  assert.ok(Math.abs(Math.hypot(there.from.x, there.from.y) - 22) < 1e-6);
  assert.ok(distanceToCurve(there, pointOn(there, 0.3)) < 1);
  assert.equal(pointOn(curveBetween(places, 0, 1, 20, 'straight'), 0.5).y, 0);
});

test('a curve bends around a node that stands in its way', () => {
  const places = [0, 100, 200].map((x) => ({ x, y: 0 }));
  for (const bend of ['right', 'straight'] as const) {
    assert.ok(distanceToCurve(curveBetween(places, 0, 2, 20, bend), { x: 100, y: 0 }) > 20);
  }
});

test('where two boxes are too narrow for their names, they stand below each other', () => {
  const left = (width: number) => layOut('hosts', hostNames(4, 2), width, 80).hosts.map((box) => box.left);
  const [first, second] = left(150);
  assert.equal(first, second);
  assert.equal(new Set(left(300)).size, 2);
});
