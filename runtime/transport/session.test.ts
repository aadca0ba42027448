import assert from 'node:assert/strict';
import { Duplex } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { test } from 'node:test';
import fc from 'fast-check';
import { Session } from './session';

/** Two ends of a pipe that delivers each write in later turns, in pieces of a few bytes, until it is cut. */
function pipePair(pieceBytes = 1 << 16): [Duplex, Duplex] {
  const ends: Duplex[] = [];
  for (const other of [1, 0]) {
    ends.push(
      new Duplex({
        read: () => undefined,
        write(chunk: Buffer, _encoding, done) {
          const deliver = (at: number) => {
            if (at >= chunk.length) return done();
            if (!ends[other]?.destroyed) ends[other]?.push(chunk.subarray(at, at + pieceBytes));
            setImmediate(deliver, at + pieceBytes);
          };
          setImmediate(deliver, 0);
        },
      }),
    );
  }
  return ends as [Duplex, Duplex];
}

function sessions() {
  const received: [string, string] = ['', ''];
  const make = (side: 0 | 1) =>
    new Session({
      onBytes: (bytes) => (received[side] += Buffer.from(bytes).toString()),
      onDrained: () => undefined,
    });
  return { left: make(0), right: make(1), received };
}

/** Lets turns pass until nothing more is awaited. */
async function settle(done: () => boolean = () => false): Promise<void> {
  for (let i = 0; i < 2000 && !(i >= 20 && done()); i += 1) await turn();
}

test('bytes arrive once and in order, however often the pipe is cut in between', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(fc.constant('cut'), fc.constant('send'), fc.constant('turn')), { maxLength: 60 }),
      fc.integer({ min: 1, max: 40 }),
      async (steps, pieceBytes) => {
        const { left, right, received } = sessions();
        let pipe = pipePair(pieceBytes);
        const connect = () => {
          for (const end of pipe) end.destroy();
          pipe = pipePair(pieceBytes);
          left.attach(pipe[0]);
          right.attach(pipe[1]);
        };
        connect();
        const sent: [string, string] = ['', ''];
        for (const [index, step] of steps.entries()) {
          if (step === 'cut') connect();
          else if (step === 'turn') await turn();
          else {
            for (const [side, session] of [left, right].entries()) {
              const text = `${side}:${index} `;
              sent[side as 0 | 1] += text;
              session.send(Buffer.from(text.slice(0, 1)), Buffer.from(text.slice(1)));
            }
          }
        }
        connect();
        await settle(() => received[1].length >= sent[0].length && received[0].length >= sent[1].length);
        assert.equal(received[1], sent[0]);
        assert.equal(received[0], sent[1]);
      },
    ),
    { numRuns: 150 },
  );
});

test('what is not acknowledged is kept while there is no pipe, and the session says when it is full', () => {
  const { left } = sessions();
  assert.equal(left.full, false);
  for (let i = 0; i < 17; i += 1) left.send(Buffer.alloc(1 << 20));
  assert.equal(left.full, true);
});

test('a pipe that carries something else is closed', async () => {
  const { left } = sessions();
  const [end, other] = pipePair();
  left.attach(end);
  other.write(Buffer.from('Welcome to lab-7! Today is Monday and the printer is broken.\n'));
  await settle();
  assert.equal(end.destroyed, true);
});
