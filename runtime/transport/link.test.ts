import assert from 'node:assert/strict';
import { Duplex } from 'node:stream';
import { test } from 'node:test';
import { proveConnector } from './handshake';
import { Door } from './link';

const secret = Buffer.alloc(32, 7);

/** The two ends of a stream in memory. */
function pair(): [Duplex, Duplex] {
  const ends: Duplex[] = [0, 1].map(
    (side) =>
      new Duplex({
        read: () => undefined,
        write(chunk: Buffer, _encoding, done) {
          ends[1 - side]?.push(chunk);
          done();
        },
        final(done) {
          ends[1 - side]?.push(null);
          done();
        },
        destroy(error, done) {
          const other = ends[1 - side];
          if (other && !other.destroyed) setImmediate(() => other.destroy());
          done(error);
        },
      }),
  );
  return ends as [Duplex, Duplex];
}

test('a crowd that says nothing keeps nobody out: the one that has waited longest goes', async () => {
  const letIn: number[] = [];
  const door = new Door(
    () => secret,
    (_, { rank }) => letIn.push(rank),
  );
  const crowd = Array.from({ length: 600 }, () => pair());
  const knocks = crowd.map(([, inside]) => door.knock(inside));
  assert.equal(crowd.filter(([, inside]) => inside.destroyed).length, 600 - 512);
  assert.ok(crowd.slice(0, 600 - 512).every(([, inside]) => inside.destroyed));
  const [outside, inside] = pair();
  await Promise.all([door.knock(inside), proveConnector(outside, { role: 'peer', job: 1, rank: 4 }, secret)]);
  assert.deepEqual(letIn, [4]);
  for (const [stranger] of crowd) stranger.destroy();
  await Promise.all(knocks);
  outside.destroy();
});
