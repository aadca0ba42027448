/** The arguments of `lockstep run`. */
import { dirname, resolve } from 'node:path';
import { readFaultPlan } from '../core/faultPlan';
import { maximumNodes } from '../protocol/configuration';
import { maximumPayloadBytes } from '../protocol/envelope';
import type { FaultPlan } from '../protocol/faults';
import { type JobSpec, type JournalWish, type TransportName, transportNames } from '../protocol/job';
import { mpiFamilies, type MpiLaunch, type MpiStart } from '../protocol/mpi';
import { parseCommand, programOf, wholeNumber, wrong } from './arguments';

/** A run, and what becomes of it beside the output. */
export interface RunArguments {
  spec: JobSpec;
  /** Absolute path of the file for a trace. */
  trace?: string;
}

/**
 * What `lockstep run ARGS` asks for. Throws LockstepError(badArgument), which names the value, what it should be, and
 * what to type instead.
 */
export function parseRunArguments(args: string[]): RunArguments {
  const { values, words, programArguments } = parseCommand('run', args, {
    nodes: { type: 'string', short: 'n' },
    cluster: { type: 'string' },
    transport: { type: 'string' },
    mpi: { type: 'string' },
    'eager-limit': { type: 'string' },
    'fault-tolerant': { type: 'boolean' },
    trace: { type: 'string' },
    faults: { type: 'string' },
    'fault-seed': { type: 'string' },
    journal: { type: 'string' },
    'journal-any-version': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  });
  const program = programOf('run', words);
  const transport = values.transport ?? 'auto';
  if (!(transportNames as readonly string[]).includes(transport)) {
    throw wrong('--transport', transport, `one of ${transportNames.join(', ')}`, 'Leave it out for "auto".');
  }
  const spec: JobSpec = {
    program: resolve(program),
    nodes: parseNodes(values.nodes),
    cluster: values.cluster,
    args: programArguments,
    env: {},
    cwd: dirname(resolve(program)),
    transport: transport as TransportName,
    ...(values.mpi !== undefined && { mpi: parseMpi(values.mpi) }),
    eagerLimitBytes: parseLimit(values['eager-limit']),
    faultTolerant: values['fault-tolerant'],
    hold: false,
    stopOnEntry: false,
    faults: readFaults(values.faults, values['fault-seed']),
    journal: journalOf(values.journal, values['journal-any-version']),
  };
  if (values.trace === undefined) return { spec };
  return { spec: { ...spec, trace: true }, trace: resolve(values.trace) };
}

/**
 * What `lockstep node ARGS` asks for: all that is not the launcher's to say; and `--start`, which a coordinator gives to the
 * processes of a launcher that it has started. Throws LockstepError(badArgument).
 */
export function parseNodeArguments(args: string[]): { spec: JobSpec; start?: MpiStart } {
  const { values, words, programArguments } = parseCommand('node', args, {
    'eager-limit': { type: 'string' },
    start: { type: 'string' },
  });
  const program = programOf('node', words);
  const spec: JobSpec = {
    program: resolve(program),
    args: programArguments,
    env: {},
    cwd: dirname(resolve(program)),
    transport: 'mpi',
    eagerLimitBytes: parseLimit(values['eager-limit']),
    hold: false,
    stopOnEntry: false,
  };
  return values.start === undefined ? { spec } : { spec, start: JSON.parse(values.start) as MpiStart };
}

/** Whether rows of JSON are wanted, of a command line that may be wrong elsewhere. */
export function wantsJson(args: string[]): boolean {
  const split = args.indexOf('--');
  return args.slice(0, split < 0 ? args.length : split).includes('--json');
}

/** The value of `--nodes`. */
export function parseNodes(text: string | undefined): number | undefined {
  return text === undefined ? undefined : wholeNumber('--nodes', text, 1, maximumNodes, 'Try --nodes 4.');
}

/** What `--journal` asks for. */
function journalOf(folder: string | undefined, anyVersion: boolean): JournalWish | undefined {
  if (folder !== undefined) return { folder: resolve(folder), anyVersion };
  if (!anyVersion) return undefined;
  throw wrong(
    '--journal-any-version',
    'given',
    'of use without a journal',
    'Name its folder with --journal.',
  );
}

/** The value of `--mpi`. */
function parseMpi(text: string): MpiLaunch {
  if (text === 'auto') return {};
  const family = mpiFamilies.find((each) => each === text);
  if (family) return { family };
  const next = 'Try --mpi auto, for the mpiexec that is on PATH.';
  throw wrong('--mpi', text, `one of auto, ${mpiFamilies.join(', ')}`, next);
}

/** The plan of `--faults`, with the seed of `--fault-seed`. */
function readFaults(file: string | undefined, seedText: string | undefined): FaultPlan | undefined {
  if (file === undefined && seedText === undefined) return undefined;
  const seed =
    seedText === undefined
      ? undefined
      : wholeNumber('--fault-seed', seedText, 0, 2 ** 32 - 1, 'Take the one that an earlier run printed.');
  const plan = file === undefined ? {} : readFaultPlan(file);
  return { ...plan, seed: seed ?? plan.seed };
}

/** The value of `--eager-limit`. */
function parseLimit(text: string | undefined): number | undefined {
  const next = 'Try --eager-limit 0, with which every send of a value waits for its receive.';
  return text === undefined ? undefined : wholeNumber('--eager-limit', text, 0, maximumPayloadBytes, next);
}
