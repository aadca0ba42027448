/** The arguments of `lockstep deploy`. */
import { basename, extname, resolve } from 'node:path';
import { maximumNodes } from '../protocol/configuration';
import { deploymentName, type DeploySpec } from '../protocol/deployment';
import { LockstepError } from '../protocol/errors';
import { parseCommand, programOf, wholeNumber } from './arguments';
import { parseNodes } from './runArguments';

const defaultHealthTimeoutS = 30;
const longestHealthTimeoutS = 3600;

/** What `lockstep deploy ARGS` asks for. Throws LockstepError: badArgument, badDeploymentName. */
export function parseDeployArguments(
  args: string[],
  workspace: string,
): { name: string; spec: DeploySpec; json: boolean } {
  const { values, words, programArguments } = parseCommand('deploy', args, {
    name: { type: 'string' },
    nodes: { type: 'string', short: 'n' },
    cluster: { type: 'string' },
    'min-in-service': { type: 'string' },
    'health-timeout': { type: 'string', default: String(defaultHealthTimeoutS) },
    json: { type: 'boolean', default: false },
  });
  const program = resolve(workspace, programOf('deploy', words));
  const name = values.name ?? basename(program, extname(program));
  if (!deploymentName.test(name)) throw new LockstepError('badDeploymentName', { name });
  const least = values['min-in-service'];
  const timeout = values['health-timeout'];
  const seconds = wholeNumber('--health-timeout', timeout, 1, longestHealthTimeoutS, 'It is in seconds.');
  return {
    name,
    json: values.json,
    spec: {
      program,
      workspace,
      cluster: values.cluster,
      nodes: parseNodes(values.nodes),
      minimum:
        least === undefined
          ? undefined
          : wholeNumber('--min-in-service', least, 0, maximumNodes, 'Leave it out to keep all in service.'),
      healthTimeoutMs: seconds * 1000,
      args: programArguments,
    },
  };
}
