/** Reads and checks `lockstep.json`. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import {
  type ClusterConfiguration,
  configurationFileName,
  defaultConfiguration,
  type LockstepConfiguration,
  maximumNodes,
} from '../protocol/configuration';
import { maximumPayloadBytes } from '../protocol/envelope';
import { LockstepError } from '../protocol/errors';
import { parseCommentedJson } from './commentedJson';
import { resolvePaths } from './configurationPaths';

const wholeNumber = (least: number, most: number) =>
  v.pipe(
    v.number(`must be a whole number from ${least} to ${most}`),
    v.integer(`must be a whole number from ${least} to ${most}`),
    v.minValue(least, `must be a whole number from ${least} to ${most}`),
    v.maxValue(most, `must be a whole number from ${least} to ${most}`),
  );

const localCluster = v.strictObject({
  type: v.literal('local', 'must be "local"'),
  nodes: wholeNumber(1, maximumNodes),
  memoryMiB: v.optional(wholeNumber(64, 1 << 20)),
  eagerLimitBytes: v.optional(wholeNumber(0, maximumPayloadBytes)),
  faultTolerant: v.optional(v.boolean('must be true or false')),
  node: v.optional(v.string('must be the path of a Node.js executable')),
});

const text = (what: string) => v.pipe(v.string(`must be ${what}`), v.minLength(1, `must be ${what}`));

const directPorts = v.optional(
  v.pipe(
    v.tuple([wholeNumber(1, 65535), wholeNumber(1, 65535)], 'must be two ports, as in [40000, 40100]'),
    v.check(([from, to]) => from <= to, 'must be two ports, the lower one first'),
  ),
);

/** How the hosts of a cluster reach each other, whatever starts nodes on them. */
const betweenHosts = {
  peerLinks: v.optional(v.picklist(['relayed', 'direct'], 'must be "relayed" or "direct"')),
  directPorts,
};

const sshHost = v.strictObject({
  host: text('the name of a host'),
  user: v.optional(text('the name of a user')),
  port: v.optional(wholeNumber(1, 65535)),
  identityFile: v.optional(text('the path of a private key')),
  proxyJump: v.optional(text('a list of jump hosts, as in "ada@gate:22"')),
  nodes: v.optional(wholeNumber(0, maximumNodes)),
  node: v.optional(text('the path of a Node.js executable there')),
  address: v.optional(text('a name or an address, as in "10.0.0.7" or "gate:7000"')),
  directPorts,
});

/** A host that needs no more than its name. */
const namedHost = v.pipe(
  text('the name of a host'),
  v.transform((host): v.InferOutput<typeof sshHost> => ({ host })),
);

const discover = v.strictObject({
  labels: v.optional(
    v.record(text('the name of a label'), text('the value of a label'), 'must be an object of labels'),
  ),
  interface: v.optional(text('the name or address of a network interface')),
});

/** How a machine is reached over SSH, where the user's own configuration does not say. */
const sshWay = {
  configFile: v.optional(v.string('must be the path of an SSH configuration')),
  backend: v.optional(v.picklist(['auto', 'ssh2', 'system'], 'must be "auto", "ssh2" or "system"')),
};

const sshClusterFields = v.strictObject({
  type: v.literal('ssh', 'must be "ssh"'),
  nodes: wholeNumber(1, maximumNodes),
  hosts: v.optional(
    v.pipe(
      v.array(
        v.lazy((host) => (typeof host === 'string' ? namedHost : sshHost)),
        'must be a list of hosts',
      ),
      v.check(
        (hosts) =>
          new Set(hosts.map(({ host, user, port }) => JSON.stringify([host, user, port]))).size ===
          hosts.length,
        'must name each host once',
      ),
    ),
    [],
  ),
  discover: v.optional(discover),
  localNodes: v.optional(wholeNumber(0, maximumNodes)),
  memoryMiB: v.optional(wholeNumber(64, 1 << 20)),
  eagerLimitBytes: v.optional(wholeNumber(0, maximumPayloadBytes)),
  faultTolerant: v.optional(v.boolean('must be true or false')),
  node: v.optional(text('the path of a Node.js executable on the hosts')),
  nodeArchive: v.optional(text('the path of a .tar.gz of Node.js')),
  ...betweenHosts,
  ...sshWay,
});

const sshCluster = v.pipe(
  sshClusterFields,
  v.forward(
    v.check(
      ({ hosts, discover }) => hosts.length > 0 || discover !== undefined,
      'must name at least one host',
    ),
    ['hosts'],
  ),
);

/** Slurm's ways to write a time: minutes, [hours:]minutes:seconds, days-hours[:minutes[:seconds]]. */
const slurmTime = /^(?:\d+|\d+:\d{1,2}(?::\d{1,2})?|\d+-\d{1,2}(?::\d{1,2}){0,2})$/;

const timeProblem = 'must be a time as Slurm writes it, as in "00:10:00"';

/** A value of one of Slurm's options: one word. */
const slurmName = (what: string) => v.pipe(text(what), v.regex(/^\S+$/, `must be ${what}, one word`));

const slurmCluster = v.strictObject({
  type: v.literal('slurm', 'must be "slurm"'),
  login: v.optional(slurmName('a machine as ssh takes it, as in "ada@login.lab"')),
  ...sshWay,
  partition: v.optional(slurmName('the name of a partition')),
  nodes: wholeNumber(1, maximumNodes),
  tasksPerNode: v.optional(wholeNumber(1, maximumNodes)),
  time: v.optional(v.pipe(v.string(timeProblem), v.regex(slurmTime, timeProblem))),
  account: v.optional(slurmName('the name of an account')),
  qos: v.optional(slurmName('the name of a quality of service')),
  constraint: v.optional(slurmName('a list of features')),
  options: v.optional(
    v.array(
      v.pipe(text('an option of salloc'), v.regex(/^-/, 'must be an option of salloc, as in "--exclusive"')),
      'must be a list of options of salloc',
    ),
  ),
  localNodes: v.optional(wholeNumber(0, maximumNodes)),
  memoryMiB: v.optional(wholeNumber(64, 1 << 20)),
  eagerLimitBytes: v.optional(wholeNumber(0, maximumPayloadBytes)),
  faultTolerant: v.optional(v.boolean('must be true or false')),
  node: v.optional(text("the path of a Node.js executable on Slurm's nodes")),
  nodeArchive: v.optional(text('the path of a .tar.gz of Node.js')),
});

const cluster = v.variant(
  'type',
  [localCluster, sshCluster, slurmCluster],
  'must be an object whose "type" is "local", "ssh" or "slurm"',
);

const namedClusters = 'must be an object of named clusters';

const schema = v.strictObject({
  $schema: v.optional(v.string()),
  default: v.optional(v.string('must be the name of a cluster')),
  clusters: v.pipe(
    v.custom<object>((value) => !Array.isArray(value), namedClusters),
    v.record(v.string(), cluster, namedClusters),
  ),
});

export interface FoundConfiguration {
  /** Absolute path of the file; where there is none, the path at which it would be. */
  file: string;
  configuration: LockstepConfiguration;
}

/**
 * What counts for a program: the `lockstep.json` of its folder or of the nearest folder above, then that of the working
 * directory (in the editor, the workspace folder) or above it. The default configuration where there is none.
 */
export function findConfigurations(
  programFolder: string,
  workingDirectory: string,
): [FoundConfiguration, ...FoundConfiguration[]] {
  const files = new Set([programFolder, workingDirectory].flatMap((folder) => nearestFile(folder) ?? []));
  const [first, ...rest] = files;
  if (first === undefined) {
    return [{ file: join(programFolder, configurationFileName), configuration: defaultConfiguration }];
  }
  return [readConfiguration(first), ...rest.map(readConfiguration)];
}

function readConfiguration(file: string): FoundConfiguration {
  const configuration = parseConfiguration(readFileSync(file, 'utf8'), file);
  return { file, configuration: resolvePaths(configuration, dirname(file)) };
}

function nearestFile(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const file = join(at, configurationFileName);
    if (existsSync(file)) return file;
    if (at === dirname(at)) return undefined;
  }
}

/** Throws LockstepError(badConfiguration), which names the file, the place in it and what is wrong there. */
export function parseConfiguration(text: string, file: string): LockstepConfiguration {
  let json: unknown;
  try {
    json = parseCommentedJson(text);
  } catch (error) {
    throw new LockstepError('badConfiguration', {
      file,
      path: 'the file',
      problem: `is not valid JSON: ${(error as Error).message}`,
    });
  }
  const result = v.safeParse(schema, json);
  if (!result.success) {
    const [issue] = result.issues;
    const path = v.getDotPath(issue) ?? 'the file';
    const problem = issue.message.startsWith('must') ? issue.message : `is wrong: ${issue.message}`;
    throw new LockstepError('badConfiguration', { file, path, problem });
  }
  return result.output;
}

/**
 * The cluster of this name, of the first file that has it; without a name the default one of the first file. Throws
 * LockstepError(unknownCluster), which names the files.
 */
export function pickCluster(
  found: readonly FoundConfiguration[],
  wanted: string | undefined,
): { name: string; cluster: ClusterConfiguration } {
  const [first] = found;
  const name = wanted ?? first?.configuration.default ?? Object.keys(first?.configuration.clusters ?? {})[0];
  for (const { configuration } of wanted === undefined ? found.slice(0, 1) : found) {
    const { clusters } = configuration;
    const cluster = name !== undefined && Object.hasOwn(clusters, name) ? clusters[name] : undefined;
    if (name !== undefined && cluster) return { name, cluster };
  }
  const places = found.map(({ file, configuration }) => {
    const known = Object.keys(configuration.clusters).join(', ') || 'none';
    const missing = configuration === defaultConfiguration ? ', which does not exist' : '';
    return `${file}${missing} (clusters: ${known})`;
  });
  throw new LockstepError('unknownCluster', { name: name ?? 'local', places: places.join(' nor in ') });
}
