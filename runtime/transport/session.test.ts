import assert from 'node:assert/strict';
import { Duplex } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { test } from 'node:test';
import fc from 'fast-check';
import { Session } from './session';

/** Two ends of a pipe that delivers each write in a later turn, until it is cut. */
function pipePair(): [Duplex, Duplex] {
  const ends: Duplex[] = [];
  for (const other of [1, 0]) {
    ends.push(
      new Duplex({
        read: () => undefined,
        write(chunk: Buffer, _encoding, done) {
          setImmediate(() => {
            if (!ends[other]?.destroyed) ends[other]?.push(chunk);
            done();
          });
        },
      }),
    );
  }
  return ends as [Duplex, Duplex];
}

function sessions() {
  const received: [string[], string[]] = [[], []];
  const make = (side: 0 | 1) =>
    new Session({
      onFrame: (frame) => received[side].push(Buffer.from(frame).toString()),
      onDrained: () => undefined,
    });
  return { left: make(0), right: make(1), received };
}

async function settle(): Promise<void> {
  for (let i = 0; i < 20; i += 1) await turn();
}

test('frames arrive once and in order, however often the pipe is cut in between', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(fc.constant('cut'), fc.constant('send'), fc.constant('turn')), { maxLength: 60 }),
      async (steps) => {
        const { left, right, received } = sessions();
        let pipe = pipePair();
        const connect = () => {
          for (const end of pipe) end.destroy();
          pipe = pipePair();
          left.attach(pipe[0]);
          right.attach(pipe[1]);
        };
        connect();
        const sent: [string[], string[]] = [[], []];
        for (const [index, step] of steps.entries()) {
          if (step === 'cut') connect();
          else if (step === 'turn') await turn();
          else {
            for (const [side, session] of [left, right].entries()) {
              const text = `${side}:${index}`;
              sent[side as 0 | 1].push(text);
              session.send(Buffer.from(text));
            }
          }
        }
        connect();
        await settle();
        assert.deepEqual(received[1], sent[0]);
        assert.deepEqual(received[0], sent[1]);
      },
    ),
    { numRuns: 150 },
  );
});

test('what is not acknowledged is kept while there is no pipe, and the session says when it is full', () => {
  const { left } = sessions();
  assert.equal(left.full, false);
  for (let i = 0; i < 9; i += 1) left.send(Buffer.alloc(1 << 20));
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
