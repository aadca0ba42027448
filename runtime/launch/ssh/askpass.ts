/**
 * Answers the questions of the system's `ssh`: it starts the program that SSH_ASKPASS names, a script that hands the
 * question over a socket in a directory of this user's alone. Secrets are in no argument, file or environment.
 */
import { writeFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { createSocketDirectory, removeRunDirectory } from '../../core/runDirectory';
import { shellQuote } from '../remote';
import type { SshConfiguration } from './sshConfiguration';
import type { Prompter } from './sshTarget';

/** What the script runs: asks over the socket, prints the answer; without an answer it fails, and `ssh` gives up. */
const client = `const [, path, question = ''] = process.argv;
const socket = require('node:net').connect(path, () => socket.end(question));
let answer = '';
socket.on('data', (data) => (answer += data)).on('end', () => {
  if (!answer.startsWith('+')) process.exit(1);
  process.stdout.write(answer.slice(1) + '\\n');
}).on('error', () => process.exit(1));`;

/** A directory for the sockets of one `ssh` process, where its questions are answered. */
export class Askpass {
  private constructor(
    readonly directory: string,
    private readonly server: Server,
    private readonly asking: Set<Socket>,
  ) {}

  /** Begins to answer with `answer`, which gets the question's whole text; undefined is no answer. */
  static async open(answer: (question: string) => Promise<string | undefined>): Promise<Askpass> {
    const directory = createSocketDirectory();
    const path = join(directory, 'ask');
    const script = [process.execPath, '-e', client, '--', path].map(shellQuote).join(' ');
    await writeFile(join(directory, 'askpass'), `#!/bin/sh\nELECTRON_RUN_AS_NODE=1 exec ${script} "$1"\n`, {
      mode: 0o700,
    });
    const asking = new Set<Socket>();
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      let question = '';
      asking.add(socket);
      socket.on('close', () => asking.delete(socket));
      socket.on('error', () => undefined);
      socket.on('data', (data) => (question += data.toString()));
      socket.on('end', () => {
        answer(question).then(
          (text) => socket.end(text === undefined ? '-' : `+${text}`),
          () => socket.end('-'),
        );
      });
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(path, resolve);
    });
    return new Askpass(directory, server, asking);
  }

  /** What `ssh` needs in its environment to ask here. */
  get environment(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      SSH_ASKPASS: join(this.directory, 'askpass'),
      SSH_ASKPASS_REQUIRE: 'force',
      DISPLAY: process.env['DISPLAY'] ?? ':0', // versions before 8.4 ask only where there is one
      LC_ALL: 'C',
    };
  }

  /** Path of the socket over which further commands share the connection. */
  get controlPath(): string {
    return join(this.directory, 'm');
  }

  /** Leaves open questions without an answer; the programs that wait for one end. */
  hangUp(): void {
    for (const socket of this.asking) socket.destroy();
  }

  close(): void {
    this.hangUp();
    this.server.close();
    removeRunDirectory(this.directory);
  }
}

/** Puts the questions of `ssh` to a prompter. */
export function answerWith(
  prompter: Prompter,
  host: string,
  { hostName, user }: Pick<SshConfiguration, 'hostName' | 'user'>,
): (question: string) => Promise<string | undefined> {
  const asked = new Set<string>();
  return async (question) => {
    const key =
      /authenticity of host '(?:\[(?<bracketed>[^\]]+)\]:(?<port>\d+)|(?<plain>[^ ']+))[^]*?(?<type>\S+) key fingerprint is (?:\S+ )?(?<print>SHA256:[^\s.]+)/.exec(
        question,
      )?.groups;
    if (key) {
      const address = key['bracketed'] ?? key['plain'] ?? hostName;
      const accepted = await prompter.confirmHostKey({
        host: address === hostName ? host : address, // else a machine on the way
        address,
        port: Number(key['port'] ?? 22),
        keyType: key['type'] ?? '',
        fingerprint: key['print'] ?? '',
      });
      return accepted ? 'yes' : 'no';
    }
    const kind = /^enter passphrase for/i.test(question)
      ? 'passphrase'
      : /'s password:\s*$/i.test(question)
        ? 'password'
        : 'keyboard-interactive';
    const text = question.trim().replace(/:$/, '');
    const again = asked.has(text);
    asked.add(text);
    const prompt = again ? `${text} (the last one was wrong)` : text;
    return prompter.secret({ host, user, kind, prompt, again, echo: false });
  };
}
