/** What is typed, and what a run proves itself with, is read nowhere on either machine. */
import assert from 'node:assert/strict';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { withoutLeaks } from '../cluster/leakCheck';
import { commandOf, environmentOf, processesWith } from '../cluster/processes';
import { until } from '../cluster/until';
import { programOf } from '../cluster/withCluster';
import { jobSecret, runSecret } from '../security/intruder';
import { makeKey, type Sshd, startSshd } from './sshd';
import { lockstepInTerminal } from './terminal';
import { makeUser, type ThrowAwayUser } from './throwAwayUser';

/** Says what it was given, sends to the other machine, and waits for a file. */
const nosy = programOf(`
  const { existsSync, readdirSync, writeFileSync } = await import('node:fs');
  const [shared] = args as [string];
  console.log(JSON.stringify([process.env, process.argv, process.execArgv, readdirSync('.')]));
  world.sendrecv('x', 1 - world.rank, 1, 1 - world.rank, 1);
  writeFileSync(shared + '/up' + world.rank, '');
  while (world.allreduce(existsSync(shared + '/enough') ? 1 : 0, SUM) === 0);`);

/** The keys of direct links are made anew by each run and known to nobody: any key of that length would be one. */
const anyKey = /(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/i;

/** A secret in every form that text could hold it. */
const formsOf = (secret: Buffer): string[] => [
  secret.toString('hex'),
  secret.toString('hex').toUpperCase(),
  secret.toString('base64').replace(/=+$/, ''),
  secret.toString('base64url'),
];

/** All directories and files at and below a path; sockets have the rights of their directory alone. */
function filesBelow(path: string): { path: string; mode: number; uid: number; text: string }[] {
  return [path, ...readdirSync(path, { recursive: true }).map((name) => join(path, String(name)))].flatMap(
    (each) => {
      const stats = lstatSync(each);
      if (stats.isSocket()) return [];
      const text = stats.isFile() ? readFileSync(each, 'latin1') : '';
      return { path: each, mode: stats.mode & 0o777, uid: stats.uid, text };
    },
  );
}

/** The run directories in a folder. */
const runsIn = (folder: string): string[] =>
  readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((path) => existsSync(join(path, 'coordinator.json')));

describe('the secrets of a run over SSH', () => {
  let user: ThrowAwayUser;
  before(() => {
    user = makeUser();
  });
  after(() => user.remove());

  /** Runs the program on two machines; answers a question with what is secret, and looks for it everywhere. */
  const keeps = (server: Sshd, shared: string, backend: string, question: RegExp, typed: string) =>
    withoutLeaks(async (runtimeFolder) => {
      const folder = mkdtempSync(join(tmpdir(), 'workspace-'));
      const configuration = readFileSync(server.configFile, 'utf8').replace('Host lab', 'Host lab lab2');
      writeFileSync(server.configFile, configuration);
      const clusters = {
        lab: {
          type: 'ssh',
          hosts: ['lab', 'lab2'],
          nodes: 2,
          backend,
          configFile: server.configFile,
          peerLinks: 'direct',
        },
      };
      writeFileSync(join(folder, 'lockstep.json'), JSON.stringify({ clusters }));
      writeFileSync(join(folder, 'p.ts'), nosy);
      const args = ['run', 'p.ts', '--cluster', 'lab', '--json', '--', shared];
      const ended = lockstepInTerminal(args, folder, question, [typed, typed]);
      let over = false;
      void ended.finally(() => (over = true));
      await until('the program is up', () => over || [0, 1].every((at) => existsSync(`${shared}/up${at}`)));
      if (over) assert.fail((await ended).screen);

      const [here = ''] = runsIn(runtimeFolder);
      const there = runsIn(shared);
      assert.equal(there.length, 2);
      const run = runSecret(here);
      const secrets = [run, jobSecret(run, 1), ...there.map(runSecret), Buffer.from(typed)].flatMap(formsOf);
      secrets.push(typed);
      const keepsAll = (what: string, text: string) => {
        for (const secret of secrets) assert.ok(!text.includes(secret), `${what} holds a secret`);
      };

      const ours = [...processesWith(runtimeFolder), ...processesWith(shared)].map(({ pid }) => pid);
      assert.ok(ours.length >= 6, `only ${ours.length} processes`);
      for (const pid of readdirSync('/proc').map(Number).filter(Boolean)) {
        keepsAll('a command line', commandOf(pid).join(' '));
        keepsAll('an environment', environmentOf(pid));
        if (ours.includes(pid)) assert.doesNotMatch(commandOf(pid).join(' '), anyKey);
      }
      let files = 0;
      for (const place of [runtimeFolder, ...there, join(user.home, '.cache'), folder, server.directory]) {
        for (const { path, mode, uid, text } of filesBelow(place)) {
          files += 1;
          if (path.endsWith('/coordinator.json')) assert.equal(mode, 0o600, path);
          else keepsAll(path, text);
          if (there.includes(place)) assert.doesNotMatch(path.endsWith('.json') ? '' : text, anyKey, path);
          if (!there.includes(place) && !path.startsWith(join(user.home, '.cache', 'lockstep'))) continue;
          assert.equal(uid, user.uid, path);
          assert.equal(mode & 0o077, 0, `${path} has mode ${mode.toString(8)}`);
        }
      }
      writeFileSync(join(shared, 'enough'), '');
      const { code, screen } = await ended;
      assert.equal(code, 0, screen);
      keepsAll('what is on the screen', screen);
      assert.ok(screen.includes('"type":"finished"'), screen);
      assert.ok(
        screen.includes('execArgv') || screen.includes('LOCKSTEP'),
        'the program has told its environment',
      );
      rmSync(folder, { recursive: true });
      return `${ours.length} processes of the run, ${files} files, ${secrets.length} secrets: 0 hits`;
    });

  for (const backend of ['ssh2', 'system'] as const) {
    for (const kind of ['password', 'passphrase'] as const) {
      test(`a ${kind} that is typed, by ${backend}`, async (context) => {
        const shared = mkdtempSync('/tmp/shared-');
        chmodSync(shared, 0o1777);
        const options = { ownHomes: true, env: { TMPDIR: shared } };
        const onlyPassword = ['PasswordAuthentication yes', 'PubkeyAuthentication no'];
        const server = await startSshd({ ...options, config: kind === 'password' ? onlyPassword : [] });
        try {
          server.configure([`User ${user.name}`]);
          let typed = user.password;
          if (kind === 'passphrase') {
            typed = `open-${user.password}`;
            const key = makeKey(join(server.directory, 'locked'), 'ed25519', typed);
            appendFileSync(join(server.directory, 'authorized_keys'), readFileSync(`${key}.pub`));
            const text = readFileSync(server.configFile, 'utf8').replace(server.identity, key);
            writeFileSync(server.configFile, text);
          }
          context.diagnostic(await keeps(server, shared, backend, new RegExp(kind, 'i'), typed));
        } finally {
          await server.stop();
          rmSync(shared, { recursive: true, force: true });
        }
      });
    }
  }
});
