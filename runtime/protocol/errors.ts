/**
 * Every error that Lockstep itself raises: its code, whom it is for, whether the operation certainly did
 * not happen (`definite`), and its sentence, which names the value, the place and the next step.
 */
import { type Audience, type ErrorData, type ErrorKind, internal, student, user } from './errorKind';
import { machineErrors } from './machineErrors';
import { mpiErrors } from './mpiErrors';
import { programErrors } from './programErrors';
import { slurmErrors } from './slurmErrors';
import { taskErrors } from './taskErrors';

export const errorKinds = {
  ...programErrors,
  ...machineErrors,
  ...mpiErrors,
  ...slurmErrors,
  ...taskErrors,

  // the command line and settings
  noSharedMemory: user(
    (d) =>
      `Node ${d.rank} cannot send through shared memory: ${d.reason}. Leave the transport at "auto", which uses sockets then.`,
  ),
  badArgument: user((d) => `${d.name}: ${d.value} is not ${d.expected}. ${d.next}`),
  unknownCommand: user(
    (d) => `"${d.value}" is not a command of lockstep. Run "lockstep --help" for the list.`,
  ),
  programNotFound: user(
    (d) => `There is no file ${d.path}. Check the path; it is taken relative to ${d.cwd}.`,
  ),
  unknownCluster: user(
    (d) => `There is no cluster "${d.name}" in ${d.places}. Add it there, or pick one of these.`,
  ),
  badConfiguration: user((d) => `${d.file}: ${d.path} ${d.problem}.`),
  noNode: user(
    (d) =>
      `No Node.js ${d.minimum} or newer was found (${d.tried}). Install it, or name it in the setting lockstep.node.`,
  ),
  nodeTooOld: user(
    (d) =>
      `${d.path} is Node.js ${d.version}; Lockstep needs ${d.minimum} or newer. Install a newer one, or name it in the setting lockstep.node.`,
  ),

  // the cluster
  coordinatorLost: user(
    (d) => `The cluster's coordinator is gone: ${d.reason}. Start the program again.`,
    false,
  ),
  nodesDidNotStart: user((d) => `Node ${d.rank} did not start: ${d.reason}.`),
  unknownJob: user((d) => `There is no job ${d.job}. Running: ${d.known}.`),
  unknownNode: user((d) => `${d.job} has no node ${d.rank}; its ranks are 0 to ${d.last}.`),
  jobEnded: user((d) => `${d.job} has ended (${d.state}).`),
  notRunningYet: user((d) => `${d.job} has not begun to run. Try again in a moment.`),
  notDriving: user(() => 'The driver has not begun, or has ended. Try again in a moment.'),
  fixedNodes: user(
    (d) =>
      `${d.job} keeps the ${d.size} nodes that it began with: it runs no program of tasks, and the world of all others is fixed, as in MPI. Start it again with "--nodes N", or write it with driver() and task().`,
  ),
  fixedPlaces: user(
    (d) =>
      `${d.job} keeps the nodes that it began with: they were started by an MPI launcher, which starts no more.`,
  ),
  ranksUsedUp: user(
    (d) =>
      `${d.count} more nodes would be too many: ${d.used} of the ${d.limit} that may take part in one job have done so, those that have left it among them. Start the job again, or scale it less often (a longer cool-down).`,
  ),
  nodesDidNotJoin: student(
    (d) =>
      `None of ${d.count} more nodes has joined: each has ended while it was starting, as was said of it. The job goes on with those that it has.`,
  ),
  badScale: student((d) => `${d.call}: ${d.value} is not ${d.expected}. ${d.next}`),
  alreadyDebugged: user((d) => `${d.job} is being debugged by another session. End that one first.`),
  noRunningJob: user(
    (d) =>
      `No job is running that could be attached to${d.job ? ` under the name ${d.job}` : ''}. Start one with "lockstep run", or use a launch configuration.`,
  ),
  badFault: student((d) => `${d.fault}: ${d.problem}.`),
  badFaultPlan: user((d) => `${d.file}: ${d.place} ${d.problem}.`),
  stopped: user(() => 'The job was stopped.'),
  restrictedMode: user(
    () =>
      'This folder is in Restricted Mode, so Lockstep starts nothing in it. Trust the folder ("Workspaces: Manage Workspace Trust") to run programs.',
  ),
  refused: user((d) => `The connection was refused: ${d.reason}.`),

  // deployments
  badDeploymentName: user(
    (d) =>
      `"${d.name}" cannot be a deployment's name: letters, digits, "-" and "_", at most 63, a letter or digit first. Name it with --name.`,
  ),
  unknownDeployment: user((d) => `There is no deployment "${d.name}". There are: ${d.known}.`),
  deploymentBusy: user(
    (d) =>
      `${d.name} is ${d.phase} just now. Wait until that has ended ("lockstep deployments" shows it), or undeploy it.`,
  ),
  deploymentRolledBack: student(
    (d) =>
      `${d.name}: replica ${d.rank} of version ${d.version} failed on ${d.host}: ${d.reason}. ${d.previous ? `The version before, ${d.previous}, is back.` : 'Nothing was deployed before, so nothing is left.'}`,
  ),
  deploymentEnded: user((d) => `${d.name} was undeployed before the new version was in service.`),
  deploymentLost: user(
    (d) =>
      `The coordinator of ${d.name} (process ${d.pid}) is gone${d.reason ? `: ${d.reason}` : ' without a word'}. Its replicas have ended. Deploy it again, or forget it: lockstep undeploy ${d.name}`,
    false,
  ),
  deploymentElsewhere: user(
    (d) => `${d.name} was deployed from the machine ${d.host}; its coordinator runs there. Go on from there.`,
  ),
  noDeployment: internal(() => 'This coordinator was not started for a deployment.', true),

  // the debugger
  badRequest: internal((d) => `The request "${d.command}" is malformed: ${d.problem}.`, true),
  notLaunched: user((d) => `"${d.command}" needs a program that is being debugged; none is.`),
  unknownThread: user((d) => `No node belongs to thread ${d.thread}; it may have ended.`),
  nodeNotPaused: user((d) => `Node ${d.rank} is running. Pause it to look at its stack and variables.`),
  staleReference: user((d) => `${d.what} is of an earlier stop: its node has gone on since.`),
  evaluationFailed: student((d) => `${d.message}`),
  noSourceText: user((d) => `The text of ${d.source} is not to be had.`),

  // limits and faults
  frameTooLarge: student(
    (d) => `A message of ${d.bytes} bytes is larger than the limit of ${d.limit} bytes. Send it in parts.`,
  ),
  malformed: internal(
    (d) => `A peer sent something that is not of the protocol: ${d.problem}. Its link was closed.`,
  ),
  unknownMethod: internal((d) => `There is no request "${d.method}".`),
  internal: internal((d) => `Something went wrong inside Lockstep: ${d.problem}. Please report it.`),
} satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof errorKinds;

/** An error as it crosses a process boundary. */
export interface WireError {
  code: ErrorCode;
  message: string;
  data: ErrorData;
}

/** The exit code that a program has asked for by `abort`; undefined of any other error. */
export function abortCodeOf({ code, data }: Pick<WireError, 'code' | 'data'>): number | undefined {
  return code === 'aborted' ? Number(data['code']) : undefined;
}

/** Marks the errors of every bundle: each holds a copy of the class. */
const brand = Symbol.for('lockstep.error');

/** The one error class: a code of the registry, the values it names, and the cause where there is one. */
export class LockstepError extends Error {
  /** Holds for an error of any bundle of this process. */
  static override [Symbol.hasInstance](value: unknown): value is LockstepError {
    return typeof value === 'object' && value !== null && brand in value;
  }

  readonly [brand] = true;
  readonly code: ErrorCode;
  readonly data: ErrorData;

  constructor(code: ErrorCode, data: ErrorData = {}, options?: { cause?: unknown }) {
    super(errorKinds[code].message(data), options);
    this.name = 'LockstepError';
    this.code = code;
    this.data = data;
  }

  get audience(): Audience {
    return errorKinds[this.code].audience;
  }

  toWire(): WireError {
    return { code: this.code, message: this.message, data: this.data };
  }

  static fromWire(error: WireError): LockstepError {
    return new LockstepError(error.code, error.data);
  }

  /** Any thrown value as a LockstepError; what is not one becomes `internal`. */
  static from(error: unknown): LockstepError {
    if (error instanceof LockstepError) return error;
    if (isOfAnotherBundle(error)) return new LockstepError(error.code, error.data, { cause: error.cause });
    const problem = error instanceof Error ? error.message : String(error);
    return new LockstepError('internal', { problem }, { cause: error });
  }
}

/** Each bundle has a class of its own: what one loads of another throws errors of the other's. */
function isOfAnotherBundle(error: unknown): error is LockstepError {
  if (!(error instanceof Error) || error.name !== 'LockstepError') return false;
  const { code, data } = error as Partial<LockstepError>;
  return typeof code === 'string' && Object.hasOwn(errorKinds, code) && typeof data === 'object';
}
