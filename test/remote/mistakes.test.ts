/** What somebody at a terminal reads when a machine cannot be used: each time one sentence with its name. */
import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { lockstep } from '../cluster/commandLine';
import { withoutLeaks } from '../cluster/leakCheck';
import { processesWith } from '../cluster/processes';
import { programOf } from '../cluster/withCluster';
import { eventually } from './commands';
import { startDeafServer } from './deafServer';
import { hideNode } from './hideNode';
import { type Proxy, startProxy } from './proxy';
import { mountSmall, unmount } from './smallDisk';
import { childrenOf, freePort, makeKey, type Sshd, startSshd } from './sshd';
import { lockstepInTerminal } from './terminal';
import { makeUser } from './throwAwayUser';

/** What is set up for a mistake, and how that is undone. */
interface Mistake {
  host?: string;
  /** First lines of the client's configuration of the host. */
  configure?: string[];
  /** Typed when a password is asked for. */
  password?: string;
  undo?: () => unknown;
}

type Make = (sshd: Sshd) => Promise<Mistake> | Mistake;

/** Something happens once a part of the upload is there. */
async function duringUpload(sshd: Sshd, happens: (proxy: Proxy) => void): Promise<Mistake> {
  const proxy: Proxy = await startProxy(sshd.port, 1e6, () => happens(proxy));
  const configure = [`Port ${proxy.port}`, `HostKeyAlias [127.0.0.1]:${sshd.port}`];
  return { configure, undo: () => proxy.close() };
}

const mistakes: [name: string, make: Make, words: RegExp][] = [
  [
    'a key that the host refuses',
    (sshd) => {
      const path = join(sshd.directory, 'stranger');
      if (!existsSync(path)) makeKey(path);
      const text = readFileSync(sshd.configFile, 'utf8').replace(sshd.identity, path);
      writeFileSync(sshd.configFile, text);
      return {};
    },
    /was not let in: .*publickey.*"ssh lab" in a terminal/,
  ],
  [
    'a host key that is not known and that nobody accepts',
    (sshd) => {
      const known = readFileSync(sshd.knownHosts);
      writeFileSync(sshd.knownHosts, '');
      return { undo: () => writeFileSync(sshd.knownHosts, known) };
    },
    /its host key \(ED25519 SHA256:\S+\) is not known .*[Cc]onnect again and accept it/,
  ],
  [
    'a name that nobody knows',
    () => ({ host: 'no-such-machine.invalid' }),
    /no machine is known under the name no-such-machine\.invalid\. Check the name/,
  ],
  [
    'a port on which nothing listens',
    async () => ({ configure: [`Port ${await freePort()}`] }),
    /127\.0\.0\.1 port \d+ cannot be reached: .*refused.* Check that it is on/,
  ],
  [
    'an address from which nothing comes back',
    async () => {
      const { port, close } = await startDeafServer('gone');
      return { configure: [`Port ${port}`, 'ConnectTimeout 2'], undo: close };
    },
    /127\.0\.0\.1 port \d+ cannot be reached: .*(does not answer|timed out).* Check that it is on/,
  ],
  [
    'a machine that takes the connection and says nothing',
    async () => {
      const { port, close } = await startDeafServer('silent');
      return { configure: [`Port ${port}`, 'ConnectTimeout 2'], undo: close };
    },
    /could not be set up: the host .*did not answer(?! for \d\d s).* Check that "ssh lab" gets you there/,
  ],
  [
    'a full disk',
    (sshd) => {
      const cache = join(sshd.home, '.cache');
      mkdirSync(cache, { recursive: true });
      mountSmall(cache, 128);
      return { undo: () => unmount(cache) };
    },
    /the disk is full at \S+\. Free some space there \(\d+ MiB are needed\)/,
  ],
  [
    'a cache that cannot be written',
    (sshd) => {
      const cache = join(sshd.home, '.cache');
      rmSync(cache, { recursive: true, force: true });
      writeFileSync(cache, ''); // in the way, which stops root as well
      return { undo: () => rmSync(cache) };
    },
    /\.cache\/lockstep cannot be written: .*Make it yours, or set XDG_CACHE_HOME/,
  ],
  [
    'a host that vanishes in the middle of the upload',
    (sshd) => duringUpload(sshd, (proxy) => proxy.cut()),
    /(the SSH connection was lost|the upload failed): .*Start the program again/,
  ],
  [
    'a session that is killed in the middle of the upload',
    (sshd) =>
      duringUpload(sshd, () => {
        for (const pid of childrenOf(sshd.pid)) process.kill(pid, 'SIGKILL');
      }),
    /(the SSH connection was lost|the upload failed): .*Start the program again/,
  ],
];

for (const backend of ['ssh2', 'system'] as const) {
  describe(`a machine that cannot be used, on the command line, by ${backend}`, () => {
    let sshd: Sshd;
    before(async () => {
      sshd = await startSshd();
    });
    after(() => sshd.stop());

    /** Runs a program on a host; answers the last line, once nothing is left there. */
    const refused = async (server: Sshd, { host = 'lab', password }: Mistake): Promise<string> => {
      const folder = mkdtempSync(join(tmpdir(), 'workspace-'));
      try {
        const lab = { type: 'ssh', nodes: 1, hosts: [host], backend, configFile: server.configFile };
        writeFileSync(join(folder, 'lockstep.json'), JSON.stringify({ clusters: { lab } }));
        writeFileSync(join(folder, 'p.ts'), programOf(`log('ran');`));
        mkdirSync(join(folder, 'data'));
        writeFileSync(join(folder, 'data', 'large'), Buffer.alloc(4e6, 'x'));
        const args = ['run', 'p.ts', '--cluster', 'lab'];
        const { code, text } = await withoutLeaks(async () => {
          if (password === undefined) {
            const ended = await lockstep(args, folder);
            assert.equal(ended.stdout, '');
            return { code: ended.code, text: ended.stderr };
          }
          const ended = await lockstepInTerminal(args, folder, /password/i, [password]);
          return { code: ended.code, text: stripVTControlCharacters(ended.screen).replaceAll('\r', '') };
        });
        assert.equal(code, 3, text);
        assert.doesNotMatch(text, /undefined|\[object|\n\s+at |\.\.\n/);
        const last = text.trimEnd().split('\n').at(-1) ?? '';
        assert.ok(last.startsWith(`lockstep: ${host}: `), text);
        assert.ok(last.endsWith('.'), last);
        await eventually('no process', () => processesWith(server.home).length === 0);
        const left = () =>
          existsSync(join(server.home, '.cache', 'lockstep'))
            ? readdirSync(join(server.home, '.cache', 'lockstep'), { recursive: true })
            : [];
        const whole = (path: string) =>
          /^(?:runtime|program)-\w+(?:\/|$)/.test(path) && !path.includes('.incoming');
        await eventually('nothing half there', () => left().every((path) => whole(String(path))));
        return last.replace('lockstep: ', '');
      } finally {
        rmSync(folder, { recursive: true });
      }
    };

    for (const [name, make, words] of mistakes) {
      test(name, async (context) => {
        sshd.configure([]);
        const mistake = await make(sshd);
        if (mistake.configure) sshd.configure(mistake.configure);
        try {
          const sentence = await refused(sshd, mistake);
          context.diagnostic(sentence);
          assert.match(sentence, words);
        } finally {
          await mistake.undo?.();
        }
      });
    }

    test('a password that is wrong', async (context) => {
      const user = makeUser();
      const server = await startSshd({ config: ['PasswordAuthentication yes', 'PubkeyAuthentication no'] });
      try {
        server.configure([`User ${user.name}`, 'NumberOfPasswordPrompts 1']);
        const sentence = await refused(server, { password: 'typed-and-wrong' });
        context.diagnostic(sentence);
        assert.match(sentence, /was not let in: .*password.*Check the user, and the key or password/);
        assert.ok(!sentence.includes('typed-and-wrong'));
      } finally {
        await server.stop();
        user.remove();
      }
    });

    test('a host without Node.js', async (context) => {
      const server = await startSshd({ wrap: hideNode() });
      try {
        const sentence = await refused(server, {});
        context.diagnostic(sentence);
        assert.match(sentence, /there is no Node\.js 20 or newer .*run: ssh lab .*nodejs\.org/);
        assert.deepEqual(readdirSync(server.home), [], 'what cannot be used is left as it was');
      } finally {
        await server.stop();
      }
    });
  });
}
