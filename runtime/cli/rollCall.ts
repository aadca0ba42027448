/** `lockstep rollcall [JOB]`, and Ctrl+\ while a program runs: where every node is. */
import { parseArgs } from 'node:util';
import { type Client, connect, findJobs } from '../client';
import { LockstepError } from '../protocol/errors';

/** Prints where the nodes of a running job are; without a name, of the newest one. Resolves with the exit code. */
export async function rollcall(args: string[]): Promise<number> {
  const { positionals } = parseArgs({ args, allowPositionals: true, options: {} });
  const [wanted] = positionals;
  const found = (await findJobs()).find(({ job }) => wanted === undefined || job.id === wanted);
  if (!found) throw new LockstepError('noRunningJob', { job: wanted });
  const client = await connect(found.runDirectory);
  try {
    const { text } = await client.request('rollCall', { job: found.job.id });
    process.stdout.write(`${text}\n`);
    return 0;
  } finally {
    client.dispose();
  }
}

/** Prints on standard error where the nodes are, beside the output of the program; a job that has ended prints nothing. */
export async function printRollCall(client: Client, job: string): Promise<void> {
  const answer = await client.request('rollCall', { job }).catch(() => undefined);
  if (answer) process.stderr.write(`${answer.text}\n`);
}
