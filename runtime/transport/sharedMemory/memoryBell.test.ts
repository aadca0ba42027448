import assert from 'node:assert/strict';
import { closeSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, test } from 'node:test';
import { NativeSockets } from '../dataLinks/nativeSockets';
import { PollSet } from '../dataLinks/pollSet';
import { createInbox, inboxPath, ownBell } from './inbox';
import { MemoryBell } from './memoryBell';
import { NativeMemory } from './nativeMemory';
import { headerBytes, tokenBytes } from './ringLayout';

const distribution = join(process.cwd(), 'dist');
const native = NativeMemory.load(distribution);
const sockets = NativeSockets.load(distribution);
const byte = Buffer.alloc(1);
/** A sleep that nobody ends would be seen by the time that it takes. */
const longMs = 60_000;
const never = (): boolean => false;

const open: number[] = [];
afterEach(() => {
  for (const file of open.splice(0)) closeSync(file);
});

/** A node's own bell and poll set, the bell as another process has it, and a stream on which something can come. */
function bells(wanted = true) {
  const file = createInbox(native, 2, new Uint8Array(tokenBytes));
  const own = ownBell(native, file);
  const other = new MemoryBell(native, native.map(file, 0, headerBytes), inboxPath(file));
  const polls = new PollSet(sockets);
  polls.wanted = wanted;
  own.watch(polls);
  const [input, output] = sockets.pipe();
  open.push(input, output, file);
  return { own, other, polls, input, output };
}

describe('a bell with sockets beside it', () => {
  for (const withSockets of [false, true]) {
    const name = withSockets ? 'on sockets too' : 'on the bell alone';
    test(`whoever sleeps ${name} is woken by a ring, and by one before the sleep`, () => {
      const { own, other, polls, input } = bells();
      if (withSockets) polls.add(input, true);
      for (let i = 0; i < 3; i += 1) {
        const seen = own.arm();
        other.ringIfAsleep();
        assert.equal(own.sleep(seen, longMs), false);
        other.ringIfAsleep(); // nobody sleeps: nothing is left for the next sleep
        assert.equal(own.sleep(own.arm(), 1), true);
      }
    });

    test(`whoever awaits ${name} goes on after a ring`, async () => {
      const { own, other, polls, input } = bells();
      if (withSockets) polls.add(input, true);
      let isRung = false;
      const rung = own.rung(never).then(() => (isRung = true));
      await new Promise((resolve) => setImmediate(resolve));
      assert.equal(isRung, false);
      other.ring();
      await rung;
    });
  }

  test('what comes through a socket ends a sleep, and what awaits', async () => {
    const { own, polls, input, output } = bells();
    const entry = polls.add(input, true);
    entry.hasInput = false;
    assert.equal(own.sleep(own.arm(), 1), true);
    assert.equal(entry.hasInput, false);
    writeSync(output, byte);
    assert.equal(own.sleep(own.arm(), longMs), false);
    assert.equal(entry.hasInput, true);
    let looks = 0;
    await own.rung(() => (looks += 1) > 2);
    assert.ok(looks > 2);
  });

  test('it does not end the sleep of who would not take it in', () => {
    const { own, other, polls, input, output } = bells(false);
    polls.add(input, true);
    writeSync(output, byte);
    assert.equal(own.sleep(own.arm(), 1), true);
    const seen = own.arm();
    other.ring();
    assert.equal(own.sleep(seen, longMs), false);
  });

  test('the first socket that comes between arming and sleeping is not slept through', () => {
    const { own, polls, input, output } = bells();
    const seen = own.arm();
    polls.add(input, true);
    writeSync(output, byte);
    assert.equal(own.sleep(seen, longMs), false);
  });

  test('room ends a sleep where it is waited for, and the end of the other side always', () => {
    const { own, polls, output, input } = bells();
    const entry = polls.add(output, false);
    assert.equal(own.sleep(own.arm(), 1), true);
    entry.output = true;
    assert.equal(own.sleep(own.arm(), longMs), false);
    entry.output = false;
    assert.equal(polls.someAreOver, false);
    closeSync(open.splice(open.indexOf(input), 1)[0] as number);
    assert.equal(own.sleep(own.arm(), longMs), false);
    assert.deepEqual([entry.isOver, polls.someAreOver], [true, true]);
  });

  test('what is taken while somebody awaits makes him look again', async () => {
    const { own, polls, input } = bells();
    polls.add(input, true);
    let hasArrived = false;
    const rung = own.rung(() => hasArrived);
    hasArrived = true;
    polls.noteTaken();
    await rung;
  });
});
