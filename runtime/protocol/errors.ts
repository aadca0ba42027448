/**
 * Every error that Lockstep itself raises: its code, whom it is for, whether the operation certainly did
 * not happen (`definite`), and its sentence, which names the value, the place and the next step.
 */

export type Audience =
  /** Whoever called a command or wrote a setting. */
  | 'user'
  /** Whoever wrote the distributed program. */
  | 'student'
  /** A fault of Lockstep. */
  | 'internal';

type Data = Record<string, string | number | boolean | undefined>;

interface ErrorKind {
  audience: Audience;
  definite: boolean;
  message(data: Data): string;
}

const user = (message: ErrorKind['message'], definite = true): ErrorKind => ({
  audience: 'user',
  definite,
  message,
});
const student = (message: ErrorKind['message'], definite = true): ErrorKind => ({
  audience: 'student',
  definite,
  message,
});
const internal = (message: ErrorKind['message'], definite = false): ErrorKind => ({
  audience: 'internal',
  definite,
  message,
});

export const errorKinds = {
  // the command line and settings
  badArgument: user((d) => `${d.name}: ${d.value} is not ${d.expected}. ${d.next}`),
  unknownCommand: user(
    (d) => `"${d.value}" is not a command of lockstep. Run "lockstep --help" for the list.`,
  ),
  programNotFound: user(
    (d) => `There is no file ${d.path}. Check the path; it is taken relative to ${d.cwd}.`,
  ),
  unknownCluster: user(
    (d) =>
      `There is no cluster "${d.name}" in ${d.file}. It has: ${d.known}. Add it there, or pick one of these.`,
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

  // the program, before it runs
  programDoesNotBuild: student((d) => `${d.file}:${d.line}:${d.column}: ${d.text}`),
  noDefaultExport: student(
    (d) =>
      `${d.file} has no program: its default export must be spmd(...), as in "export default spmd(({ world, log }) => { … })", or service(...).`,
  ),
  notAService: student(
    (d) =>
      `${d.file} is no service: only what service(...) makes can be deployed. A program that ends by itself is for "lockstep run".`,
  ),
  badService: student(
    (d) =>
      `${d.file}: the function of service(...) must return { healthy(): boolean, stop?() }, but it returned ${d.value}.`,
  ),

  // the program, while it runs
  programFailed: student((d) => `${d.message}`),
  programExited: student(
    (d) => `The program ended its own process with exit code ${d.code} while the job was running.`,
  ),
  nodeLost: student((d) => `Node ${d.rank} was lost: ${d.reason}.`),
  peerLost: student(
    (d) => `Node ${d.rank} lost its link to node ${d.peer}, and with it messages. Start the program again.`,
    false,
  ),
  outOfMemory: student(
    (d) =>
      `Node ${d.rank} ran out of memory (limit ${d.limitMiB} MiB). Use smaller data a node, more nodes, or raise "memoryMiB" of the cluster in lockstep.json.`,
  ),
  deadlock: student((d) => `Deadlock: no node can go on.\n${d.explanation}`),
  rankOutOfRange: student(
    (d) =>
      `${d.operation}: ${d.name} ${d.value} is not a rank of ${d.communicator}, which has ranks 0 to ${d.last}.`,
  ),
  badTag: student((d) => `${d.operation}: tag ${d.value} is not a whole number from 0 to ${d.last}.`),
  badCount: student((d) => `${d.operation}: ${d.problem}.`),
  truncated: student(
    (d) =>
      `${d.operation}: the message from rank ${d.source} with tag ${d.tag} has ${d.sent} elements, and the buffer has room for ${d.room}. Receive into a larger one, or probe first and read status.count.`,
    false,
  ),
  typeMismatch: student(
    (d) =>
      `${d.operation}: the message from rank ${d.source} with tag ${d.tag} is ${d.sent}, and the buffer is ${d.buffer}. Send and receive the same type, or take any value with recv.`,
    false,
  ),
  badBuffer: student((d) => `${d.operation}: ${d.problem}.`),
  noSendBuffer: student(
    (d) =>
      `bsend: a message of ${d.bytes} bytes, and the attached buffer has ${d.free} of ${d.capacity} bytes free. Attach a larger one with world.attachBuffer(bytes), or use send.`,
  ),
  messageReceived: student(
    (d) =>
      `${d.operation}: the message from rank ${d.source} with tag ${d.tag} was received before. Each mprobe is for one mrecv.`,
  ),
  requestActive: student(
    (d) =>
      `${d.operation}: the persistent request ${d.call} was started and not completed. Call wait() or test() on it first.`,
  ),
  collectiveMismatch: student(
    (d) =>
      `Node ${d.node} calls ${d.theirs} on ${d.communicator} where this node calls ${d.ours}. All nodes of a communicator must make the same collective calls in the same order, with the same root, operation and length.`,
    false,
  ),
  badAlgorithm: student((d) => `${d.operation}: ${d.problem}.`),
  notClonable: student(
    (d) =>
      `${d.operation}: the value cannot be sent to another node: ${d.problem}. Send plain data: numbers, strings, arrays, objects, maps, sets, typed arrays.`,
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
  alreadyDebugged: user((d) => `${d.job} is being debugged by another session. End that one first.`),
  noRunningJob: user(
    (d) =>
      `No job is running that could be attached to${d.job ? ` under the name ${d.job}` : ''}. Start one with "lockstep run", or use a launch configuration.`,
  ),
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

  // machines reached over SSH
  sshBadTarget: user(
    (d) => `${d.host}: ${d.problem}. Correct it in lockstep.json or in your SSH configuration.`,
  ),
  sshUnknownHost: user(
    (d) =>
      `${d.host}: no machine is known under the name ${d.address}. Check the name, and that the network or VPN is up.`,
  ),
  sshUnreachable: user(
    (d) =>
      `${d.host}: ${d.address} port ${d.port} cannot be reached: ${d.reason}. Check that it is on, and the network or VPN.`,
  ),
  sshHandshake: user((d) => `${d.host}: the SSH connection could not be set up: ${d.reason}.`),
  sshHostKeyChanged: user(
    (d) =>
      `${d.host}: the host key is not the one that is known (${d.file} line ${d.line}). It now shows ${d.fingerprint}: someone may be listening in, or the machine was set up anew. Ask who runs it; if the new key is right, remove that line.`,
  ),
  sshHostKeyRevoked: user(
    (d) =>
      `${d.host}: its host key is revoked (${d.file} line ${d.line}). Do not connect; ask who runs the machine.`,
  ),
  sshHostKeyUnknown: user(
    (d) =>
      `${d.host}: its host key${d.fingerprint ? ` (${d.keyType} ${d.fingerprint})` : ''} is not known and was not accepted. Connect again and accept it, or add it to ${d.file}.`,
  ),
  sshNotAuthenticated: user((d) => `${d.host}: ${d.user} was not let in: ${d.reason}.`),
  sshNoProgram: user(
    (d) =>
      `${d.host}: there is no ${d.program} on this machine, which this host needs${d.why}. Install OpenSSH.`,
  ),
  badPlacement: user(
    (d) =>
      `${d.size} nodes do not fit the hosts, which say ${d.places} between them. Change "nodes" of the cluster or of its hosts in lockstep.json.`,
  ),
  hostLost: user(
    (d) => `${d.host}: it could not be reached again within ${d.seconds} s; its nodes have ended.`,
    false,
  ),
  directUnreachable: user((d) => `${d.reason} at ${d.address}:${d.port}`),
  directLost: user(
    (d) =>
      `${d.host} and ${d.other}: their direct link did not come back within ${d.seconds} s, and with it messages are lost. Start the program again, or set "peerLinks" to "relayed" in lockstep.json.`,
    false,
  ),
  noDirectPort: user((d) => `no port from ${d.from} to ${d.to} is free; widen "directPorts"`),
  relayFailed: user((d) => `${d.host}: the runtime did not start there: ${d.reason}.`),
  sshCancelled: user((d) => `${d.host}: connecting was cancelled.`),
  sshLinkLost: user((d) => `${d.host}: the SSH connection was lost: ${d.reason}.`, false),
  sshNoCommand: user((d) => `${d.host}: no command can be run there: ${d.reason}.`),
  remoteNoNode: user(
    (d) =>
      `${d.host}: there is no Node.js ${d.minimum} or newer (${d.tried}). To install it for your user, run: ${d.fix} — or name a Node.js archive in the setting lockstep.remote.nodeArchive.`,
  ),
  remoteNodeTooOld: user(
    (d) =>
      `${d.host}: ${d.path} is Node.js ${d.version}; Lockstep needs ${d.minimum} or newer. To install it for your user, run: ${d.fix} — or name a Node.js archive in the setting lockstep.remote.nodeArchive.`,
  ),
  remoteNoAnswer: user(
    (d) =>
      `${d.host}: it did not answer within ${d.seconds} s. Look whether its disks and its home directory respond.`,
  ),
  remoteDiskFull: user(
    (d) => `${d.host}: the disk is full at ${d.path}. Free some space there (${d.needed} MiB are needed).`,
  ),
  remoteNoAccess: user(
    (d) =>
      `${d.host}: ${d.path} cannot be written: ${d.reason}. Make it yours, or set XDG_CACHE_HOME there to a directory that is.`,
  ),
  remoteUploadFailed: user((d) => `${d.host}: the upload failed: ${d.reason}.`),
  badNodeArchive: user(
    (d) =>
      `${d.host}: ${d.path} is no archive of Node.js for it: ${d.problem}. Name a node-v….tar.gz for ${d.platform} from nodejs.org.`,
  ),

  // machines found on the local network
  noLabToken: user(
    (d) =>
      `There is no lab token at ${d.file}, so the machines of your lab cannot be told from others. Get the token from whoever runs the lab and enter it ("Lockstep: Enter Lab Token"), or copy that file here; to begin a lab of your own, run: lockstep agent --new-token`,
  ),
  labTokenExposed: user(
    (d) => `${d.file}: others can read this lab token. Make it yours alone: chmod 600 ${d.file}`,
  ),
  badLabToken: user(
    (d) => `${d.what} is no lab token: one is "lockstep-lab-" and 43 letters, digits, "-" or "_".`,
  ),
  labTokenThere: user(
    (d) =>
      `There is a lab token at ${d.file} already, and the machines that have it would no longer be found. Remove that file first if you mean it.`,
  ),
  noInterface: user(
    (d) =>
      `There is no network interface ${d.name} with an IPv4 address here. Those of this machine: ${d.known}.`,
  ),
  noDiscovery: user((d) => `Nothing can be heard from the local network: ${d.reason}.`),
  noMachineFound: user(
    (d) =>
      `No machine with ${d.labels} was found on the network. ${d.seen} Start "lockstep agent" with these labels on the machines of the lab; "lockstep nodes" shows which are there.`,
  ),
  unknownMachine: user(
    (d) => `No machine ${d.name} was found on the network. There: ${d.known}. "lockstep nodes" lists them.`,
  ),

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
  data: Data;
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
  readonly data: Data;

  constructor(code: ErrorCode, data: Data = {}, options?: { cause?: unknown }) {
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
