import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  addTraffic,
  edgeKey,
  isQuiet,
  nodeTraffic,
  quietAfterMs,
  sumTraffic,
  topPeers,
  trafficOfSnapshot,
  type Traffic,
} from './traffic';

const none: Traffic = new Map();
const edge = (source: number, destination: number, messages: number, bytes: number) => ({
  source,
  destination,
  messages,
  bytes,
});

test('a first report is taken at its own rate, the next ones are smoothed', () => {
  const first = addTraffic(none, [edge(0, 1, 50, 1000)], 500, 0);
  assert.equal(first.get(edgeKey(0, 1))?.messagesPerSecond, 100);
  const second = addTraffic(first, [edge(0, 1, 100, 2000)], 500, 500).get(edgeKey(0, 1));
  assert.equal(second?.messages, 150);
  assert.ok(second && second.messagesPerSecond > 100 && second.messagesPerSecond < 200);
});

test('an edge that is not heard of falls quiet, and starts at its own rate again', () => {
  const traffic = addTraffic(none, [edge(0, 1, 50, 1000)], 500, 0);
  const later = quietAfterMs + 1;
  assert.equal(isQuiet(traffic.get(edgeKey(0, 1))!, later), true);
  assert.equal(sumTraffic(traffic.values(), later).messagesPerSecond, 0);
  const again = addTraffic(traffic, [edge(0, 1, 5, 10)], 500, later);
  assert.equal(again.get(edgeKey(0, 1))?.messagesPerSecond, 10);
});

test('sums of a snapshot are kept and have no rate', () => {
  const traffic = trafficOfSnapshot([edge(1, 0, 7, 70)]);
  assert.equal(sumTraffic(traffic.values(), 0).messages, 7);
  assert.equal(isQuiet(traffic.get(edgeKey(1, 0))!, 0), true);
});

test('what is sent is received: sums over the nodes agree with sums over the edges', () => {
  const edges = fc.array(
    fc.record({
      source: fc.nat(7),
      destination: fc.nat(7),
      messages: fc.nat(1000),
      bytes: fc.nat(100_000),
    }),
  );
  fc.assert(
    fc.property(fc.array(edges), (reports) => {
      const traffic = reports.reduce((sum, report, index) => addTraffic(sum, report, 500, index), none);
      const messages = reports.flat().reduce((sum, each) => sum + each.messages, 0);
      const nodes = Array.from({ length: 8 }, (_, rank) => nodeTraffic(traffic, rank, 0));
      assert.equal(sumTraffic(traffic.values(), 0).messages, messages);
      assert.equal(
        nodes.reduce((sum, each) => sum + each.out.messages, 0),
        messages,
      );
      assert.equal(
        nodes.reduce((sum, each) => sum + each.in.messages, 0),
        messages,
      );
    }),
  );
});

test('top peers count both directions, most bytes first', () => {
  const traffic = trafficOfSnapshot([
    edge(0, 1, 1, 10),
    edge(1, 0, 2, 5),
    edge(0, 2, 1, 100),
    edge(2, 3, 9, 9),
  ]);
  assert.deepEqual(topPeers(traffic, 0, 5), [
    { rank: 2, messages: 1, bytes: 100, sent: 1, received: 0 },
    { rank: 1, messages: 3, bytes: 15, sent: 1, received: 2 },
  ]);
  assert.equal(topPeers(traffic, 0, 1).length, 1);
});
