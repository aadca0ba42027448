/** A login machine of a lab: Slurm's commands run there, over one SSH connection. */
import type { Readable } from 'node:stream';
import { LockstepError } from '../../protocol/errors';
import { readLine } from '../../transport/readLine';
import { type RemoteHost, readText, shellQuote } from '../remote';
import { commandError, limitMs } from './slurmCommand';
import type { SlurmProcess, SlurmSite } from './slurmSite';

/** What an outer allocation or the user's habits of formatting put into the environment changes what the commands say. */
const environment = `for name in $(env | sed -n 's/^\\([A-Z]*_[A-Za-z0-9_]*\\)=.*/\\1/p'); do
  case $name in
    SLURM_CONF | SLURM_CLUSTERS) ;;
    SLURM_* | SQUEUE_* | SINFO_* | SCANCEL_* | SRUN_*) unset "$name" ;;
  esac
done
LC_ALL=C SLURM_TIME_FORMAT=standard; export LC_ALL SLURM_TIME_FORMAT`;

export class LoginSite implements SlurmSite {
  constructor(private readonly host: RemoteHost) {}

  async start(command: string, args: string[]): Promise<SlurmProcess> {
    const line = [command, ...args].map(shellQuote).join(' ');
    const process = await this.host.exec(
      `${environment}\ncommand -v ${shellQuote(command)} > /dev/null || { echo missing; exit 127; }\necho $$\nexec ${line}`,
    );
    const first = await readLine(process.stdout).catch(() => {
      throw this.lost();
    });
    if (first === 'missing') throw new LockstepError('slurmNotFound', { command, host: this.host.name });
    const pid = Number(first);
    // What has no terminal is sent no signal over SSH.
    const signal = (name: string) =>
      void this.host.exec(`kill -${name} ${pid}`).then(
        ({ stdout, stderr }) => (stdout.resume(), stderr.resume()),
        () => undefined, // the connection is gone: so are its commands
      );
    return { ...process, pid, signal };
  }

  async run(command: string, args: string[]): Promise<string> {
    const { stdin, stdout, stderr, ended, kill } = await this.start(command, args);
    stdin.end();
    const timer = setTimeout(kill, limitMs);
    const [printed, errors, { code, signal }] = await Promise.all([whole(stdout), readText(stderr), ended]);
    clearTimeout(timer);
    if (code === 0) return printed;
    if (code === null && signal === null) throw this.lost();
    throw commandError(command, new Error(`${command} ended with exit code ${code ?? signal}`), errors);
  }

  dispose(): void {
    this.host.dispose();
  }

  lost(): LockstepError {
    const reason = 'the connection to the login machine ended';
    return new LockstepError('sshLinkLost', { host: this.host.name, reason });
  }
}

/** All of a stream's text, to its end. */
async function whole(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  await new Promise<void>((resolve) => {
    if (stream.readableEnded || stream.destroyed) return resolve();
    stream.once('end', resolve).once('close', resolve).once('error', resolve);
  });
  return Buffer.concat(chunks).toString('utf8');
}
