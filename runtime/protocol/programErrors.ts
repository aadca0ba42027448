import { type ErrorKind, student } from './errorKind';

/** What goes wrong in a program: before it runs, and while it does. */
export const programErrors = {
  // the program, before it runs
  programDoesNotBuild: student((d) => `${d.file}:${d.line}:${d.column}: ${d.text}`),
  noDefaultExport: student(
    (d) =>
      `${d.file} has no program: its default export must be spmd(...), as in "export default spmd(({ world, log }) => { … })", driver(...) or service(...).`,
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
      `Node ${d.rank} ran out of memory${d.task ? ` in task ${d.task}` : ''} (limit ${d.limitMiB} MiB). Use smaller data a node, more nodes, or raise "memoryMiB" of the cluster in lockstep.json.`,
  ),
  memoryExceeded: student(
    (d) =>
      `Node ${d.rank} was stopped${d.task ? ` in task ${d.task}` : ''}: it used more than the ${d.limitMiB} MiB of memory that it may have with all its typed arrays and child processes (${d.heldBy === 'controlGroup' ? 'limit of its control group' : 'limit held by watching'}: ${d.heapMiB} MiB of heap and ${Number(d.limitMiB) - Number(d.heapMiB)} MiB beside it). Use smaller data a node, more nodes, or raise "memoryMiB" of the cluster in lockstep.json.`,
  ),
  deadlock: student((d) => `Deadlock: ${d.who}.\n${d.explanation}`),
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
  badWindow: student((d) => `${d.operation}: ${d.problem}.`),
  badEpoch: student((d) => `${d.operation} on ${d.window}: ${d.problem}.`),
  procFailed: student(
    (d) =>
      `${d.operation} on ${d.communicator}: node ${d.rank} has failed. The others can go on where error handlers return: revoke() the communicator so that all hear of it, shrink() it to those that live, and do again what was lost.`,
    false,
  ),
  procFailedPending: student(
    (d) =>
      `${d.operation} on ${d.communicator}: the message awaited from any source may be one of node ${d.rank}, which has failed. The request stays open: call failureAck() and wait again for the others, or cancel it.`,
  ),
  revoked: student(
    (d) =>
      `${d.operation}: ${d.communicator} was revoked by node ${d.rank}. Only shrink() and agree() work on it; go on with the communicator that shrink() gives.`,
    false,
  ),
  badTopology: student((d) => `${d.operation}: ${d.problem}.`),
  badGroup: student((d) => `${d.operation}: ${d.problem}.`),
  aborted: student(
    (d) => `The program called abort with code ${d.code}${d.reason ? `: ${d.reason}` : ''}.`,
    false,
  ),
  badAbortCode: student((d) => `abort: code ${d.value} is not a whole number from 1 to 255.`),
  badAlgorithm: student((d) => `${d.operation}: ${d.problem}.`),
  notClonable: student(
    (d) =>
      `${d.operation}: the value cannot be sent to another node: ${d.problem}. Send plain data: numbers, strings, arrays, objects, maps, sets, typed arrays.`,
  ),
} satisfies Record<string, ErrorKind>;
