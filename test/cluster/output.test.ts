import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ClusterEvent } from '../../runtime/protocol/events';
import { peakRssBytes, rssBytes } from './processes';
import { assertSucceeded, withCluster } from './withCluster';
import { measured } from './measured';

const mebibyte = 1 << 20;

describe('what a program prints', () => {
  test('comes in order, whatever it is printed with', () =>
    withCluster(async ({ run }) => {
      const ended = await run(
        `
        for (let i = 0; i < 500; i += 1) {
          if (i % 3 === 0) console.log('line', i);
          else if (i % 3 === 1) process.stdout.write(\`line \${i}\\n\`);
          else console.info(\`line \${i}\`);
        }`,
        2,
      );
      assertSucceeded(ended);
      const expected = Array.from({ length: 500 }, (_, i) => `line ${i}`);
      for (const rank of [0, 1]) assert.deepEqual(ended.job.lines(rank), expected);
    }));

  test('keeps the order between its streams', () =>
    withCluster(async ({ run }) => {
      const ended = await run(
        `
        for (let i = 0; i < 200; i += 1) {
          console.log('out', i);
          console.error('err', i);
          log('log', i);
        }`,
        1,
      );
      assertSucceeded(ended);
      const expected = Array.from({ length: 200 }, (_, i) => [`out ${i}`, `err ${i}`, `log ${i}`]).flat();
      assert.deepEqual(ended.job.lines(), expected);
      assert.equal(ended.job.lines(0, 'stderr').length, 200);
      assert.equal(ended.job.lines(0, 'log').length, 200);
    }));

  test('keeps characters whole that were written in pieces', () =>
    withCluster(async ({ run }) => {
      const ended = await run(
        `
        for (const byte of Buffer.from('größer als €5 🙂\\n')) process.stdout.write(Uint8Array.of(byte));
        process.stdout.write(Buffer.from([0xff, 0x0a]));`,
        1,
      );
      assertSucceeded(ended);
      assert.deepEqual(ended.job.lines(), ['größer als €5 🙂', '\ufffd']);
    }));

  test('may be a line of megabytes, and a last line without its newline', () =>
    withCluster(async ({ run }) => {
      const ended = await run(
        `
        console.log('x'.repeat(3 << 20));
        process.stdout.write('the ');
        world.barrier();
        process.stdout.write('end');`,
        1,
      );
      assertSucceeded(ended);
      const lines = ended.job.lines();
      assert.equal(lines.at(-1), 'the end');
      assert.equal(lines.slice(0, -1).join('').length, 3 << 20);
    }));

  test('is there too if the program ends its process right after', () =>
    withCluster(async ({ run }) => {
      const { job, info } = await run(
        `console.log('x'.repeat(300)); console.log('last words'); process.exit(0);`,
        1,
      );
      assert.equal(info.state, 'failed');
      assert.equal(job.lines(0, 'stdout').at(-1), 'last words');
    }));

  test('comes while the program computes or blocks', () =>
    withCluster(async ({ start }) => {
      const job = await start(`console.log('before'); if (world.rank === 0) for (;;); world.recv(0);`, 2);
      await Promise.all([job.line('before', 0), job.line('before', 1)]);
      await job.stop();
    }));

  test('of its child processes comes too', () =>
    withCluster(async ({ run }) => {
      const ended = await run(
        `
        const { spawnSync } = require('node:child_process');
        spawnSync('sh', ['-c', 'echo from the child; echo and its errors >&2'], { stdio: 'inherit' });
        require('node:fs').writeSync(1, 'straight to the descriptor\\n');`,
        1,
      );
      assertSucceeded(ended);
      const lines = ended.job.lines();
      for (const text of ['from the child', 'and its errors', 'straight to the descriptor']) {
        assert.ok(lines.includes(text), `${text} is not in:\n${lines.join('\n')}`);
      }
    }));
});

/** Counts what comes, and keeps none of it. */
function counter(): { take(event: ClusterEvent): void; bytes: number; lines: number; notices: string[] } {
  return {
    bytes: 0,
    lines: 0,
    notices: [],
    take(event) {
      if (event.type !== 'output') return;
      if (event.stream === 'lockstep') {
        this.notices.push(event.text);
        return;
      }
      this.bytes += Buffer.byteLength(event.text) + 1;
      this.lines += event.text.split('\n').length;
    },
  };
}

/** Whole pieces of 1,024 lines of 100 bytes. */
const printed = 2000 * 1024 * 100;
const loud = `
  const text = ('0123456789abcdef'.repeat(6) + '012\\n').repeat(1024);
  for (let sent = 0; sent < ${printed}; sent += text.length) process.stdout.write(text);`;
/** The same, from a child process. */
const loudChild = `
  const { spawnSync } = require('node:child_process');
  spawnSync('sh', ['-c', 'yes 0123456789abcdef0123456789abcdef0123456789abcde | head -c ${printed}'], { stdio: 'inherit' });`;
/** The same, without a single newline. */
const loudLine = `
  const { spawnSync } = require('node:child_process');
  spawnSync('sh', ['-c', 'head -c ${printed} /dev/zero | tr "\\\\0" x'], { stdio: 'inherit' });`;

describe('200 MB of output', () => {
  for (const [name, program] of [
    ['', loud],
    [' of a child process', loudChild],
    [' of a child process in one line', loudLine],
  ] as const) {
    test(`${name} comes complete to a client without a limit, and the coordinator hardly grows`, () =>
      withCluster(
        async ({ client, info, run }) => {
          const seen = counter();
          client.onEvent((event) => seen.take(event));
          await client.request('subscribe', { events: ['output'] });
          const before = rssBytes(info.pid);
          const { info: ended } = await run(program, 1);
          assert.equal(ended.state, 'succeeded', ended.failure?.error.message);
          const grown = (peakRssBytes(info.pid) - before) / mebibyte;
          measured(`the coordinator grew by ${grown.toFixed(0)} MiB`);
          // A line that is cut has a newline more at each cut.
          assert.ok(seen.bytes >= printed && seen.bytes < printed * 1.01, `${seen.bytes} bytes came`);
          assert.ok(grown <= 64, `the coordinator grew by ${grown} MiB`);
        },
        { events: [] },
      ));
  }

  test('comes to a client with a limit in part, with a notice of what was left out', () =>
    withCluster(
      async ({ client, run }) => {
        const seen = counter();
        client.onEvent((event) => seen.take(event));
        await client.request('subscribe', { events: ['output'], outputBytesPerSecond: mebibyte });
        const { info } = await run(loud, 1);
        assert.equal(info.state, 'succeeded');
        const seconds = ((info.endedAtMs ?? 0) - info.startedAtMs) / 1000;
        assert.ok(seen.bytes <= mebibyte * (seconds + 2), `${seen.bytes} bytes in ${seconds} s`);
        const leftOut = seen.notices.reduce((sum, text) => sum + Number(/^(\d+) lines/.exec(text)?.[1]), 0);
        assert.equal(seen.lines + leftOut, printed / 100);
      },
      { events: [] },
    ));
});
