/** `lockstep scale JOB N`: brings a running job of tasks to another number of nodes. */
import { parseArgs } from 'node:util';
import { connect, findJobs } from '../client';
import { maximumNodes } from '../protocol/configuration';
import { LockstepError } from '../protocol/errors';
import { wholeNumber, wrong } from './arguments';

const example = 'For example: lockstep scale job-1 8.';

/** Resolves with the exit code once the nodes have joined, or left; without a name it is the newest job. */
export async function scale(args: string[]): Promise<number> {
  const { positionals } = parseArgs({ args, allowPositionals: true, options: {} });
  const [wanted, text] = positionals.length > 1 ? positionals : [undefined, ...positionals];
  if (text === undefined || positionals.length > 2) {
    throw wrong('lockstep scale', `"${args.join(' ')}"`, 'a job and a number of nodes', example);
  }
  const nodes = wholeNumber('lockstep scale', text, 1, maximumNodes, example);
  const found = (await findJobs()).find(({ job }) => wanted === undefined || job.id === wanted);
  if (!found) throw new LockstepError('noRunningJob', { job: wanted });
  const client = await connect(found.runDirectory);
  try {
    const { id } = found.job;
    const { size } = await client.request('scaleJob', { job: id, nodes });
    process.stdout.write(`${id} has ${size} ${size === 1 ? 'node' : 'nodes'}\n`);
    return 0;
  } finally {
    client.dispose();
  }
}
