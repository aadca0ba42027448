/** `lockstep deploy`, `deployments` and `undeploy`: services that outlive the command that starts them. */
import { existsSync } from 'node:fs';
import {
  type Client,
  connectDeployment,
  findDeployments,
  type FoundDeployment,
  forgetDeployment,
  openDeployment,
} from '../client';
import type { DeploymentInfo } from '../protocol/deployment';
import { LockstepError } from '../protocol/errors';
import { parseCommand, wrong } from './arguments';
import { parseDeployArguments } from './deployArguments';
import { DeploymentReporter } from './deploymentReporter';
import { describeDeployment } from './deploymentTable';
import { exitCodeOf } from './exitCode';
import { terminalAnswers } from './terminalAnswers';

/** Deploys a program, or a new version of it; the exit code is 1 if the new version is not in service afterwards. */
export async function deploy(args: string[]): Promise<number> {
  const { name, spec, json } = parseDeployArguments(args, process.cwd());
  if (!existsSync(spec.program)) {
    throw new LockstepError('programNotFound', { path: spec.program, cwd: spec.workspace });
  }
  const reporter = new DeploymentReporter(name, json);
  let client: Client | undefined;
  try {
    client = await openDeployment(name, { workspace: spec.workspace, distribution: __dirname });
    const lost = new Promise<never>((_, reject) => client?.onClosed(reject));
    client.onEvent((event) => reporter.event(event));
    client.answer(terminalAnswers());
    process.once('SIGINT', () => leaveItToGoOn(name));
    await client.request('subscribe', { events: ['deploymentChanged', 'hostChanged'] });
    const outcome = await Promise.race([client.request('deploy', spec), lost]);
    return reporter.finished(outcome);
  } catch (thrown) {
    const error = LockstepError.from(thrown);
    reporter.failed(error);
    return exitCodeOf(error);
  } finally {
    client?.dispose();
  }
}

/** A Ctrl+C ends the command; what it has begun is not its own. */
function leaveItToGoOn(name: string): never {
  process.stderr.write(`lockstep: ${name} goes on without this command; "lockstep deployments" shows it\n`);
  process.exit(exitCodeOf(new LockstepError('stopped')));
}

/** Shows what is deployed: all, or one with its output. */
export async function deployments(args: string[]): Promise<number> {
  const { values, words } = parseCommand('deployments', args, {
    json: { type: 'boolean', default: false },
    output: { type: 'boolean', default: false },
  });
  const [name] = words;
  if (values.output) return printOutput(nameOf(words, 'deployments NAME --output'));
  const found = name === undefined ? await findDeployments() : [await findOne(name)];
  for (const each of found) process.stdout.write(values.json ? jsonLine(each) : describeDeployment(each));
  if (found.length === 0 && !values.json) process.stdout.write('Nothing is deployed.\n');
  return 0;
}

/** Ends a deployment, or forgets one whose coordinator is gone. */
export async function undeploy(args: string[]): Promise<number> {
  const name = nameOf(parseCommand('undeploy', args, {}).words, 'undeploy NAME');
  if (forgetDeployment(name)) {
    process.stdout.write(`${name}: its coordinator was gone already; it is forgotten\n`);
    return 0;
  }
  const client = await connectDeployment(name);
  try {
    await client.request('undeploy', {});
  } finally {
    client.dispose();
  }
  process.stdout.write(`${name}: undeployed\n`);
  return 0;
}

function nameOf([name, extra]: string[], usage: string): string {
  if (name === undefined)
    throw wrong('name', 'nothing', 'the name of a deployment', `Try: lockstep ${usage}`);
  if (extra !== undefined) throw wrong('argument', extra, 'an option', `Try: lockstep ${usage}`);
  return name;
}

async function findOne(name: string): Promise<FoundDeployment> {
  const all = await findDeployments();
  const found = all.find((each) => each.name === name);
  if (found) return found;
  const known = all.map((each) => each.name).join(', ') || 'none';
  throw new LockstepError('unknownDeployment', { name, known });
}

async function printOutput(name: string): Promise<number> {
  const client = await connectDeployment(name);
  try {
    const { replicas }: DeploymentInfo = await client.request('deployment', {});
    for (const { rank, version, job } of replicas) {
      if (job === undefined) continue;
      const output = await client.request('output', { job });
      for (const line of output.flatMap(({ text }) => text.split('\n'))) {
        process.stdout.write(`[${rank} ${version}] ${line}\n`);
      }
    }
  } finally {
    client.dispose();
  }
  return 0;
}

function jsonLine({ name, info, problem }: FoundDeployment): string {
  return `${JSON.stringify({ type: 'deployment', name, ...info, error: problem?.toWire() })}\n`;
}
