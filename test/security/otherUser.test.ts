import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { connect, findJobs } from '../../runtime/client';
import { withoutLeaks } from '../cluster/leakCheck';
import { processesWith } from '../cluster/processes';
import { assertSucceeded, withCluster } from '../cluster/withCluster';

/** A user who is nobody here: the kernel knows users by number, and needs no account for one. */
const stranger = 64_321;
const isRoot = process.getuid?.() === 0;

/** What the stranger tries, as a program of his own; prints what came of each try. */
const tries = `
  const fs = require('node:fs'), net = require('node:net'), path = require('node:path');
  const [directory, pids, ...names] = JSON.parse(process.argv[1]);
  const results = [];
  const attempt = (what, body) => {
    try { body(); results.push([what, 'ok']); } catch (error) { results.push([what, error.code ?? String(error)]); }
  };
  attempt('list', () => fs.readdirSync(directory));
  attempt('make a file', () => fs.writeFileSync(path.join(directory, 'mine'), ''));
  attempt('rename', () => fs.renameSync(directory, directory + '-mine'));
  attempt('remove', () => fs.rmSync(directory, { recursive: true }));
  for (const pid of pids) {
    attempt('environment', () => fs.readFileSync('/proc/' + pid + '/environ'));
    attempt('descriptors', () => fs.readdirSync('/proc/' + pid + '/fd'));
    attempt('memory', () => fs.openSync('/proc/' + pid + '/mem', 'r'));
    attempt('signal', () => process.kill(pid, 'SIGTERM'));
  }
  let open = names.length;
  for (const name of names) {
    const file = path.join(directory, name);
    attempt('read ' + name, () => fs.readFileSync(file));
    attempt('look at ' + name, () => fs.statSync(file));
    const socket = net.connect(file);
    const done = (code) => {
      results.push(['connect to ' + name, code]);
      socket.destroy();
      if (--open === 0) console.log(JSON.stringify(results));
    };
    socket.once('connect', () => done('ok')).once('error', (error) => done(error.code));
  }`;

describe('another user of the machine', () => {
  test('finds nothing of a run to open, to connect to, or to stop', () =>
    withCluster(async ({ start, info, runtimeFolder, client }) => {
      // As the temporary folder of a machine: everybody may make files in it.
      chmodSync(runtimeFolder, 0o1777);
      const job = await start(
        `log('up'); for (;;) { world.barrier(); const end = Date.now() + 100; while (Date.now() < end); }`,
        2,
      );
      await Promise.all([job.line('up', 0), job.line('up', 1)]);
      const names = readdirSync(info.runDirectory);
      assert.ok(names.includes('coordinator.json') && names.length >= 4, names.join(', '));
      assert.equal(statSync(info.runDirectory).mode & 0o777, 0o700);
      assert.equal(statSync(join(info.runDirectory, 'coordinator.json')).mode & 0o777, 0o600);
      assert.ok(names.every((name) => lstatSync(join(info.runDirectory, name)).uid === process.getuid?.()));
      const pids = processesWith(runtimeFolder).map(({ pid }) => pid);
      const argument = JSON.stringify([info.runDirectory, pids, ...names]);
      // Without the rights to become somebody else, the same tries must succeed: they are worth something.
      const who = isRoot ? { uid: stranger, gid: stranger } : {};
      const harmless = isRoot ? pids : [];
      const text = execFileSync(
        process.execPath,
        ['-e', tries, isRoot ? argument : JSON.stringify([`${info.runDirectory}/none`, harmless, 'c'])],
        {
          ...who,
          cwd: '/',
          env: {},
          encoding: 'utf8',
        },
      );
      const results = JSON.parse(text) as [string, string][];
      assert.ok(results.length >= (isRoot ? 4 + pids.length * 4 + names.length * 3 : 4));
      for (const [what, code] of results) {
        assert.ok(['EACCES', 'EPERM', 'ENOENT'].includes(code), `${what}: ${code}`);
        if (isRoot) assert.notEqual(code, 'ENOENT', what);
      }
      // It all goes on as before.
      const before = job.lines().length;
      assert.equal((await client.request('jobs', {}))[0]?.job.state, 'running', String(before));
      await job.stop();
    }));

  test('cannot pass off a directory as a run of ours, nor make us remove or follow one', () =>
    withoutLeaks(async (folder) => {
      const file = { pid: process.pid, startTime: '', secret: 'ab'.repeat(32) };
      const make = (name: string, dead = false): string => {
        const directory = join(folder, name);
        mkdirSync(directory, { mode: 0o700 });
        const text = JSON.stringify(dead ? { ...file, pid: 2 ** 22 + 1 } : file);
        writeFileSync(join(directory, 'coordinator.json'), text, { mode: 0o600 });
        return directory;
      };
      const untrusted = [
        make('lockstep-loose'),
        make('lockstep-loosefile'),
        make('lockstep-loosedead', true),
      ];
      chmodSync(untrusted[0] ?? '', 0o755);
      chmodSync(join(untrusted[1] ?? '', 'coordinator.json'), 0o644);
      chmodSync(untrusted[2] ?? '', 0o777);
      const target = make('elsewhere', true);
      symlinkSync(target, join(folder, 'lockstep-link'));
      untrusted.push(join(folder, 'lockstep-link'));
      if (isRoot) {
        const foreign = [
          make('lockstep-foreign'),
          make('lockstep-foreigndead', true),
          make('lockstep-foreignfile'),
        ];
        for (const directory of foreign.slice(0, 2)) chownSync(directory, stranger, stranger);
        for (const directory of foreign) chownSync(join(directory, 'coordinator.json'), stranger, stranger);
        untrusted.push(...foreign);
      } else untrusted.push('/');
      assert.deepEqual(await findJobs(), []);
      for (const directory of untrusted) {
        await assert.rejects(connect(directory), { code: 'coordinatorLost' }, directory);
      }
      // Whoever starts a cluster beside them leaves them alone.
      await withCluster(async ({ run }) => assertSucceeded(await run(`log('hello');`, 1)));
      for (const directory of [...untrusted, target]) assert.ok(existsSync(directory), directory);
      for (const name of readdirSync(folder)) execFileSync('rm', ['-rf', join(folder, name)]);
    }));
});
