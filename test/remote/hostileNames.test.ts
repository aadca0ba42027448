/** 500 hostile words through everything that a user can name, with a real OpenSSH server: no shell ever reads one. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { shellQuote } from '../../runtime/launch/remote';
import { lockstep } from '../cluster/commandLine';
import { type Cluster, assertSucceeded, programOf, withCluster } from '../cluster/withCluster';
import { asFileNames, hostileWords } from './hostileWords';
import { type Sshd, startSshd } from './sshd';

const canary = `canary${process.pid}`;

/** Tells all that it was given: arguments, environment, and the files beside it. */
const teller = programOf(`
  const { readdirSync, readFileSync } = await import('node:fs');
  const files = readdirSync('data').map((name) => [name, readFileSync('data/' + name, 'utf8')]);
  const env = Object.entries(process.env).filter(([name]) => name.startsWith('HOSTILE'));
  console.log(JSON.stringify({ args, env, files, home: process.env.HOME }));`);

const sorted = (pairs: string[][]) => pairs.toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1));

for (const backend of ['ssh2', 'system'] as const) {
  describe(`500 hostile words by ${backend}`, () => {
    let sshd: Sshd;
    before(async () => {
      sshd = await startSshd();
    });
    after(() => sshd.stop());

    const inside = (folder: string) => join(folder, canary);
    /** Fails if a canary is anywhere where a command could have run. */
    const noCanary = (...folders: string[]) => {
      const flat = [process.cwd(), '/', '/root', tmpdir(), '/tmp'];
      const found = (words: string[]) => execFileSync('find', words, { encoding: 'utf8' });
      const made = ['-name', canary];
      const deep = found([sshd.directory, ...folders, ...made]);
      assert.equal(deep + found([...flat, '-maxdepth', '1', ...made]), '');
    };
    const withLab = (body: (cluster: Cluster) => Promise<void>) => {
      const lab = { type: 'ssh', nodes: 1, backend, configFile: sshd.configFile, hosts: ['lab'] };
      return withCluster(body, { configuration: { clusters: { lab } } });
    };
    /** A program in a folder with a hostile name, and 500 files beside it; answers its path and the files. */
    const writeProgram = (workspace: string): { path: string; files: string[][] } => {
      const folder = join(
        workspace,
        `it's $(touch ${canary}) \`touch ${canary}\`; touch ${canary} & "x" #%é`,
      );
      mkdirSync(join(folder, 'data'), { recursive: true });
      const files = asFileNames(hostileWords(500, canary)).map((name) => [name, name]);
      for (const [name = '', text = ''] of files) writeFileSync(join(folder, 'data', name), text);
      const path = join(folder, `-$(touch ${canary}) '; touch ${canary}.ts`);
      writeFileSync(path, teller);
      return { path, files };
    };

    test('program, data, arguments, environment and home arrive as they are', (context) =>
      withLab(async ({ start, workspace }) => {
        const home = join(
          sshd.directory,
          `it's $(touch ${canary}) \`touch ${canary}\`; touch ${canary}\nhome`,
        );
        mkdirSync(home);
        // A directory that sshd's own configuration could not name is set by the login shell.
        writeFileSync(join(sshd.home, '.bashrc'), `export HOME=${shellQuote(home)}\n`);
        const { path, files } = writeProgram(workspace);
        const args = hostileWords(500, inside(workspace));
        const env = args.map((word, at) => [`HOSTILE${at}${word.replaceAll('=', '')}`, word]);
        const job = await start(path, 1, { cluster: 'lab', args, env: Object.fromEntries(env) });
        assertSucceeded({ job, info: await job.ended() });
        const told = JSON.parse(job.lines(0, 'stdout').join('')) as Record<string, string[][]> & {
          home: string;
        };
        assert.equal(told.home, home);
        assert.deepEqual(told['args'], args);
        assert.deepEqual(sorted(told['env'] ?? []), sorted(env));
        assert.deepEqual(sorted(told['files'] ?? []), sorted(files));
        noCanary(workspace);
        context.diagnostic(
          `${files.length} files, ${args.length} arguments, ${env.length} variables: 0 canaries`,
        );
        writeFileSync(join(sshd.home, '.bashrc'), '');
      }));

    test('on the command line too', () =>
      withLab(async ({ workspace }) => {
        const { path } = writeProgram(workspace);
        const args = hostileWords(500, inside(workspace));
        const ended = await lockstep(
          ['run', `./${basename(path)}`, '--cluster', 'lab', '--json', '--', ...args],
          join(path, '..'),
        );
        assert.equal(ended.code, 0, ended.stderr);
        noCanary(workspace);
      }));

    test('names of hosts and users are refused, or are names, also where a ProxyCommand takes them', (context) =>
      withLab(async ({ client, workspace }) => {
        const configFile = join(workspace, 'ssh_config');
        const proxied =
          'Host *\n  ProxyCommand echo %h %r %n > /dev/null; exit 1\n  StrictHostKeyChecking yes\n';
        writeFileSync(configFile, backend === 'system' ? proxied : readFileSync(sshd.configFile));
        const some = [
          'gpu*',
          '~gpu',
          '#gpu',
          '!gpu',
          'gpu%d',
          'gpu%h',
          '%r',
          'gpu^',
          'gpu?',
          '[x]',
          'ü=x',
          'a,b',
        ];
        const words = [...some, ...hostileWords(500, canary)];
        const refused = { host: 0, user: 0 };
        for (const kind of ['host', 'user'] as const) {
          for (let at = 0; at < words.length; at += 32) {
            const hosts = words
              .slice(at, at + 32)
              .map((word) => (kind === 'host' ? { host: word } : { host: 'nowhere.invalid', user: word }));
            const cluster = { type: 'ssh', nodes: 1, hosts, backend, configFile } as const;
            for (const check of await client.request('checkHosts', { name: 'lab', cluster })) {
              assert.ok(check.error, `${JSON.stringify(check.host)} was reached`);
              assert.match(check.error.code, /^ssh/);
              assert.doesNotMatch(check.error.message, /\n|\x1b/);
              if (check.error.code === 'sshBadTarget') refused[kind] += 1;
            }
          }
          assert.ok(refused[kind] > 400 && refused[kind] < words.length, `${refused[kind]} refused`);
        }
        noCanary(workspace);
        context.diagnostic(
          `of ${words.length} words ${refused.host} were no host's and ${refused.user} no user's name: 0 canaries`,
        );
      }));
  });
}
