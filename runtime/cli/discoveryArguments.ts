/** The arguments of `lockstep agent` and `lockstep nodes`. */
import { parseArgs, type ParseArgsConfig } from 'node:util';
import {
  isHostName,
  isLabel,
  isUserName,
  labTokenFile,
  maximumLabels,
  ownName,
  type Profile,
} from '../discovery';
import type { Labels } from '../protocol/discovery';
import { LockstepError } from '../protocol/errors';

interface Shared {
  interface?: string;
  tokenFile: string;
  json: boolean;
}

export interface AgentArguments extends Shared {
  newToken: boolean;
  profile: Profile;
}

export interface NodesArguments extends Shared {
  labels: Labels;
  waitMs?: number;
  watch: boolean;
  /** A machine to be written into `lockstep.json`. */
  add?: { machine: string; cluster: string };
}

const shared = {
  label: { type: 'string', multiple: true },
  interface: { type: 'string' },
  'token-file': { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

/** What `lockstep agent ARGS` asks for. Throws LockstepError(badArgument). */
export function parseAgentArguments(args: string[]): AgentArguments {
  const values = parse('agent', args, {
    ...shared,
    name: { type: 'string' },
    'ssh-host': { type: 'string' },
    'ssh-port': { type: 'string' },
    'ssh-user': { type: 'string' },
    'new-token': { type: 'boolean', default: false },
  });
  const host = checked('--ssh-host', values['ssh-host'], isHostName, 'the name or address of a machine');
  const user = checked('--ssh-user', values['ssh-user'], isUserName, 'the name of a user');
  const name = checked('--name', values.name, isHostName, 'the name of a machine') ?? ownName();
  return {
    ...sharedOf(values),
    newToken: values['new-token'],
    profile: {
      name,
      ssh: {
        ...(host && { host }),
        port: wholeNumber('--ssh-port', values['ssh-port'], 65535) ?? 22,
        ...(user && { user }),
      },
      labels: parseLabels(values.label),
    },
  };
}

/** What `lockstep nodes ARGS` asks for. Throws LockstepError(badArgument). */
export function parseNodesArguments(args: string[]): NodesArguments {
  const values = parse('nodes', args, {
    ...shared,
    wait: { type: 'string' },
    watch: { type: 'boolean', default: false },
    add: { type: 'string' },
    cluster: { type: 'string' },
  });
  if (values.add !== undefined && values.watch) {
    throw wrong('--add', values.add, 'possible together with --watch', 'Leave one of them out.');
  }
  const seconds = wholeNumber('--wait', values.wait, 3600);
  return {
    ...sharedOf(values),
    labels: parseLabels(values.label),
    waitMs: seconds && seconds * 1000,
    watch: values.watch,
    add: values.add === undefined ? undefined : { machine: values.add, cluster: values.cluster ?? 'lab' },
  };
}

function parse<T extends NonNullable<ParseArgsConfig['options']>>(
  command: string,
  args: string[],
  options: T,
) {
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    const [problem] = (error as Error).message.split(/\.\s/);
    const next = 'Run "lockstep --help" for the options.';
    throw wrong(`lockstep ${command}`, `(${problem})`, 'a valid command line', next);
  }
}

function sharedOf(values: { interface?: string; 'token-file'?: string; json: boolean }): Shared {
  return {
    interface: values.interface,
    tokenFile: values['token-file'] ?? labTokenFile(),
    json: values.json,
  };
}

function parseLabels(texts: string[] = []): Labels {
  const next = 'Try --label room=101.';
  const pairs = texts.map((text): [string, string] => {
    const [, name = '', value = ''] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
    if (!isLabel(name, value)) throw wrong('--label', text, 'a name and a value with "=" between', next);
    return [name, value];
  });
  const labels = Object.fromEntries(pairs);
  if (Object.keys(labels).length !== pairs.length)
    throw wrong('--label', texts.join(' '), 'unambiguous', next);
  if (pairs.length > maximumLabels) {
    throw wrong('--label', `${pairs.length} labels`, `at most ${maximumLabels}`, 'Leave some out.');
  }
  return labels;
}

function checked(
  name: string,
  value: string | undefined,
  accepts: (value: string) => boolean,
  expected: string,
): string | undefined {
  if (value === undefined || accepts(value)) return value;
  throw wrong(name, value, expected, 'Letters, digits, dots and hyphens will do.');
}

function wholeNumber(name: string, value: string | undefined, most: number): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (/^\d+$/.test(value) && number >= 1 && number <= most) return number;
  throw wrong(name, value, `a whole number from 1 to ${most}`, 'Leave it out for the usual one.');
}

function wrong(name: string, value: string, expected: string, next: string): LockstepError {
  return new LockstepError('badArgument', { name, value, expected, next });
}
