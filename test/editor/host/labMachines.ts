/** What the editor says and asks of machines of a lab, with real SSH servers. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { SshCluster } from '../../../runtime/protocol/configuration';
import { hideNode } from '../../remote/hideNode';
import { makeKey, type Sshd, type SshdOptions, startSshd } from '../../remote/sshd';
import { makeUser } from '../../remote/throwAwayUser';
import { startTwoMachines } from '../../remote/twoMachines';
import { api, jobThat, withProgram } from './extensionUnderTest';
import { eventually, type HostTests } from './hostTests';
import { answering, type Asked, type Press, type ShownMessage } from './questions';
import { sampleFile } from './running';

const program = `import { spmd } from 'lockstep';
export default spmd(({ world, log }) => log('here is', world.allreduce(1)));
`;

const leave: Press = () => undefined;

/** Starts the program on a cluster, as F5 does; `body` sees what is asked and said. */
async function startOn(
  cluster: SshCluster,
  press: Press,
  body: (asked: Asked, program: vscode.Uri) => Promise<void>,
): Promise<void> {
  const file = sampleFile('lockstep.json').fsPath;
  writeFileSync(file, JSON.stringify({ clusters: { lab: cluster } }));
  try {
    await withProgram(program, (uri) =>
      answering(press, async (asked) => {
        const folder = vscode.workspace.workspaceFolders?.[0];
        const configuration = { type: 'lockstep', request: 'launch', name: 'lab', program: uri.fsPath };
        // Resolves only once the session runs or has failed: what is asked meanwhile is answered.
        const started = vscode.debug.startDebugging(folder, { ...configuration, cluster: 'lab', nodes: 2 });
        await body(asked, uri);
        await started;
      }),
    );
  } finally {
    rmSync(file);
  }
}

const labOf = ({ configFile }: Sshd): SshCluster => ({
  type: 'ssh',
  nodes: 2,
  configFile,
  hosts: [{ host: 'lab' }],
});

/** Runs `body` with a server that is stopped afterwards. */
async function withSshd(options: SshdOptions, body: (sshd: Sshd) => Promise<void>): Promise<void> {
  const sshd = await startSshd(options);
  try {
    await body(sshd);
  } finally {
    await sshd.stop();
  }
}

const succeeds = ({ fsPath }: vscode.Uri) =>
  jobThat('the job ends', ({ job }) => job.program === fsPath && job.state === 'succeeded');

/** The one error that is shown: a single line that begins with the machine's name. */
async function theError({ errors }: Asked): Promise<ShownMessage> {
  const error = await eventually('an error is shown', () => errors[0], 40_000);
  assert.match(error.text, /^lab: [^\n]+$/);
  await eventually('the session ends', () => vscode.debug.activeDebugSession === undefined);
  assert.equal(errors.length, 1, errors.map(({ text }) => text).join('\n'));
  return error;
}

/** Each way in which a machine cannot be used, and each question on the way to one that can. */
export const labMachines: HostTests = {
  'an unknown host key is asked about by name and fingerprint; trusted, the program runs': () =>
    withSshd({}, async (sshd) => {
      writeFileSync(sshd.knownHosts, '');
      const press: Press = ({ buttons }) => buttons.find((button) => button === 'Trust Host');
      await startOn(labOf(sshd), press, async ({ warnings, errors }, uri) => {
        await succeeds(uri);
        const printed = execFileSync('ssh-keygen', ['-lf', join(sshd.directory, 'host_ed25519.pub')]);
        const [question] = warnings;
        assert.equal(
          question?.text,
          `The host lab (127.0.0.1 port ${sshd.port}) is not known yet. Trust it?`,
        );
        assert.ok(question.detail?.includes(printed.toString().split(' ')[1] as string), question.detail);
        assert.deepEqual([warnings.length, errors], [1, []]);
        assert.match(readFileSync(sshd.knownHosts, 'utf8'), /ssh-ed25519/);
      });
    }),

  'an unknown host key that is not trusted: nothing is kept, and one may try again': () =>
    withSshd({}, async (sshd) => {
      writeFileSync(sshd.knownHosts, '');
      await startOn(labOf(sshd), leave, async (asked) => {
        const error = await theError(asked);
        assert.match(error.text, /host key \(ED25519 SHA256:\S+\) is not known and was not accepted/);
        assert.deepEqual(error.buttons, ['Try Again', 'Open lockstep.json']);
        assert.equal(asked.warnings.length, 1);
        assert.equal(readFileSync(sshd.knownHosts, 'utf8'), '');
      });
    }),

  'a host key that has changed opens known_hosts at its line': () =>
    withSshd({}, async (sshd) => {
      const other = makeKey(join(sshd.directory, 'other'));
      const [type, key] = readFileSync(`${other}.pub`, 'utf8').split(' ');
      const lines = ['# known', `[127.0.0.1]:${sshd.port} ${type} ${key}`, ''];
      writeFileSync(sshd.knownHosts, lines.join('\n'));
      const press: Press = ({ buttons }) => buttons.find((button) => button === 'Open Known Hosts');
      await startOn(labOf(sshd), press, async (asked) => {
        const error = await theError(asked);
        assert.match(error.text, /the host key is not the one that is known \(\S+ line 2\)/);
        assert.deepEqual(error.buttons, ['Open Known Hosts', 'Try Again']);
        assert.deepEqual(asked.warnings, []);
        await eventually('the line', () => {
          const { document, selection } = vscode.window.activeTextEditor ?? {};
          return document?.uri.fsPath === sshd.knownHosts && selection?.active.line === 1;
        });
      });
    }),

  'a password is asked for hidden; after a wrong one it says so, and the right one lets in': async () => {
    const user = makeUser();
    const config = ['PasswordAuthentication yes', 'UsePAM no'];
    try {
      await withSshd({ config, ownHomes: true }, async (sshd) => {
        sshd.configure([`User ${user.name}`, 'PubkeyAuthentication no']);
        await startOn(labOf(sshd), leave, async (asked, uri) => {
          await asked.type(0, 'wrong');
          const second = await eventually('the second box', () => asked.boxes[1]);
          const [first] = asked.boxes;
          assert.deepEqual([first?.title, first?.password], [`${user.name}@lab`, true]);
          assert.equal(first?.prompt, `Password of ${user.name} on lab`);
          assert.match(
            second.validationMessage as string,
            /Password of .* on lab \(the last one was wrong\)/,
          );
          await asked.type(1, user.password);
          await succeeds(uri);
          assert.deepEqual([asked.boxes.length, asked.errors], [2, []]);
        });
      });
    } finally {
      user.remove();
    }
  },

  'a password that is wrong each time: one sentence, and one may try again': async () => {
    const user = makeUser();
    const config = ['PasswordAuthentication yes', 'UsePAM no'];
    try {
      await withSshd({ config, ownHomes: true }, async (sshd) => {
        sshd.configure([`User ${user.name}`, 'PubkeyAuthentication no', 'NumberOfPasswordPrompts 1']);
        await startOn(labOf(sshd), leave, async (asked) => {
          await asked.type(0, 'wrong');
          const error = await theError(asked);
          assert.match(error.text, new RegExp(`${user.name} was not let in: the password was wrong`));
          assert.deepEqual(error.buttons, ['Try Again', 'Open lockstep.json']);
        });
      });
    } finally {
      user.remove();
    }
  },

  'a machine that cannot be reached': async () => {
    const sshd = await startSshd();
    await sshd.stop(true);
    try {
      await startOn(labOf(sshd), leave, async (asked) => {
        const error = await theError(asked);
        assert.match(error.text, /127\.0\.0\.1 port \d+ cannot be reached: .* Check that it is on/);
        assert.deepEqual(error.buttons, ['Try Again', 'Open lockstep.json']);
      });
    } finally {
      rmSync(sshd.directory, { recursive: true });
    }
  },

  'a machine without Node.js is told so with the command that installs it': () =>
    withSshd({ wrap: hideNode() }, async (sshd) => {
      await startOn(labOf(sshd), leave, async (asked) => {
        const error = await theError(asked);
        assert.match(error.text, /there is no Node\.js 20 or newer .* To install it for your user, run: /);
        assert.deepEqual(error.buttons, ['Open lockstep.json', 'Try Again']);
      });
    }),

  'where one of two machines cannot be used, the program goes on with the other on request': async () => {
    const { first, second, cluster, stop } = await startTwoMachines();
    try {
      await second.stop(true);
      const press: Press = ({ buttons }) => buttons.find((button) => button === 'Go On');
      await startOn(cluster, press, async ({ warnings, errors }, uri) => {
        const { job } = await succeeds(uri);
        const { clusters } = await api();
        assert.deepEqual(
          clusters.model.nodes(job.id).map(({ host }) => host),
          ['lab', 'lab'],
        );
        assert.equal(warnings[0]?.text, 'A machine cannot be used. Go on with lab?');
        assert.match(warnings[0].detail ?? '', /^lab2: .* cannot be reached: /);
        assert.deepEqual([warnings.length, errors], [1, []]);
      });
    } finally {
      await stop();
      for (const { directory } of [first, second]) rmSync(directory, { recursive: true, force: true });
    }
  },
};
