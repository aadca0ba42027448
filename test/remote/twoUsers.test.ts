/** Several people, and one of them twice, on the same machine at the same time. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type RunningCommand, startLockstep } from '../cluster/commandLine';
import { withoutLeaks } from '../cluster/leakCheck';
import { processesWith } from '../cluster/processes';
import { programOf } from '../cluster/withCluster';
import { eventually } from './commands';
import { type Sshd, startSshd } from './sshd';
import { makeUser, type ThrowAwayUser } from './throwAwayUser';

/** Messages that name their run, to and fro until a file is there; counts those of another run. */
const program = programOf(`
  const { existsSync } = await import('node:fs');
  const [mine, flag] = args as [string, string];
  const other = 1 - world.rank;
  let crossed = 0;
  let rounds = 0;
  for (let goes = 1; goes === 1; rounds += 1) {
    world.send({ run: mine, round: rounds }, other, 7);
    const { run, round } = world.recv<{ run: string; round: number }>(other, 7);
    if (run !== mine || round !== rounds) crossed += 1;
    if (world.allreduce(rounds, SUM) !== 2 * rounds) crossed += 1;
    goes = world.bcast(existsSync(flag) ? 0 : 1, 0);
    if (rounds === 50) log('under way');
  }
  log('result', mine, 'crossed', crossed, rounds > 50);`);

/** What somebody else tries with what a run has on the machine; prints the code of each try. */
const tries = `
  const fs = require('node:fs'), net = require('node:net'), path = require('node:path');
  const codes = [];
  const attempt = (body) => { try { body(); codes.push('ok'); } catch (error) { codes.push(error.code); } };
  const [directory, ...names] = JSON.parse(process.argv[1]);
  attempt(() => fs.readdirSync(directory));
  attempt(() => fs.writeFileSync(path.join(directory, 'mine'), ''));
  let open = names.length;
  for (const name of names) {
    attempt(() => fs.readFileSync(path.join(directory, name)));
    const done = (code) => { codes.push(code); if (--open === 0) console.log(JSON.stringify(codes)); };
    net.connect(path.join(directory, name)).once('connect', () => done('ok')).once('error', ({ code }) => done(code));
  }`;

/** Everything at and below a path. */
const allBelow = (path: string): string[] => [
  path,
  ...readdirSync(path, { recursive: true }).map((name) => join(path, String(name))),
];

describe('several runs on one machine', () => {
  let sshd: Sshd;
  let users: [ThrowAwayUser, ThrowAwayUser];
  /** Where all of them keep what is temporary, as people of one machine do. */
  let shared: string;
  before(async () => {
    shared = mkdtempSync('/tmp/shared-');
    chmodSync(shared, 0o1777);
    users = [makeUser(), makeUser()];
    sshd = await startSshd({ ownHomes: true, env: { TMPDIR: shared } });
  });
  after(async () => {
    await sshd.stop();
    for (const user of users) user.remove();
    rmSync(shared, { recursive: true, force: true });
  });

  test('two users and two runs of one: no message crosses, what is theirs is theirs, one stops alone', (context) =>
    withoutLeaks(async () => {
      const folder = mkdtempSync(join(tmpdir(), 'workspace-'));
      const flag = join(shared, 'enough');
      const start = (name: string, user: ThrowAwayUser): RunningCommand => {
        const own = join(folder, name);
        mkdirSync(own);
        const hosts = [{ host: 'lab', user: user.name }];
        const lab = { type: 'ssh', nodes: 2, hosts, configFile: sshd.configFile };
        writeFileSync(join(own, 'lockstep.json'), JSON.stringify({ clusters: { lab } }));
        writeFileSync(join(own, 'p.ts'), program);
        return startLockstep(['run', 'p.ts', '--cluster', 'lab', '--', name, flag], own);
      };
      const [anna, bert] = users;
      const runs = [start('first', anna), start('second', anna), start('other', bert)] as const;
      await Promise.all(runs.map((run) => run.printed('under way')));

      for (const { home, uid } of users) {
        const paths = allBelow(join(home, '.cache', 'lockstep'));
        assert.ok(paths.length > 5);
        for (const path of paths) {
          const { uid: owner, mode } = lstatSync(path);
          assert.deepEqual([owner, mode & 0o077], [uid, 0], path);
        }
      }
      const directories = readdirSync(shared).map((name) => join(shared, name));
      const owners = directories.map((path) => lstatSync(path).uid);
      assert.deepEqual(owners.toSorted(), [anna.uid, anna.uid, bert.uid].toSorted());
      let attempts = 0;
      for (const [at, directory] of directories.entries()) {
        assert.equal(lstatSync(directory).mode & 0o777, 0o700);
        const stranger = owners[at] === anna.uid ? bert.uid : anna.uid;
        const argument = JSON.stringify([directory, ...readdirSync(directory)]);
        const options = { uid: stranger, gid: stranger, cwd: '/', env: {}, encoding: 'utf8' } as const;
        const codes = JSON.parse(
          execFileSync(process.execPath, ['-e', tries, argument], options),
        ) as string[];
        for (const code of codes) assert.equal(code, 'EACCES', directory);
        attempts += codes.length;
      }
      assert.ok(attempts > 3 * 8);

      runs[2].child.kill('SIGINT');
      const stopped = await runs[2].finished;
      assert.equal(stopped.code, 1, stopped.stderr);
      assert.match(stopped.stderr, /The job was stopped\./);
      await eventually('all of the one that was stopped is gone', () =>
        readdirSync(shared).every((name) => lstatSync(join(shared, name)).uid === anna.uid),
      );
      assert.equal(readdirSync(shared).length, 2);
      writeFileSync(flag, '');
      for (const [at, name] of ['first', 'second'].entries()) {
        const { code, stdout, stderr } = await (runs[at] as RunningCommand).finished;
        assert.equal(code, 0, stderr);
        for (const rank of [0, 1])
          assert.ok(stdout.includes(`[${rank}] result ${name} crossed 0 true\n`), stdout);
      }
      context.diagnostic(
        `3 runs of 2 users, 0 crossed messages, ${attempts} tries of the other user refused`,
      );
      await eventually('nothing is left', () => processesWith(shared).length === 0);
      assert.deepEqual(readdirSync(shared), ['enough']);
      rmSync(folder, { recursive: true });
    }));
});
