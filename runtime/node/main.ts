/**
 * A node process. This is its main thread, which belongs to the student's program: it starts the agent thread,
 * waits for the program, runs it, and ends when the agent says so.
 */
import { readSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { MessageChannel, Worker } from 'node:worker_threads';
import { monotonicMs } from '../core/clock';
import { encodeText, frameTypes } from '../core/framing';
import type { NodeBoot, ProgramStart } from '../protocol/agentLink';
import { LockstepError, type WireError } from '../protocol/errors';
import type { Fault } from '../protocol/faults';
import { CommunicationWatch } from '../mpi/communicationWatch';
import { createWorld } from '../mpi/communicator';
import { MessageLists } from '../mpi/messageLists';
import { endMessages, waitingMessages } from '../mpi/openMessages';
import { ProgressEngine } from '../mpi/progressEngine';
import { OperationRing } from '../mpi/timeline/operationRing';
import { installDebugHelpers } from '../program/debugHelpers';
import { connectFaults } from '../program/faults';
import { ProgramHost } from '../program/programHost';
import { callerLocation, captureCaller } from '../program/sourceStack';
import { TaskProgram } from '../tasks/taskProgram';
import { FaultyEndpoint } from '../transport/faults/faultyEndpoint';
import { SocketEndpoint } from '../transport/socket';
import { type AgentData, allocateChannel, Channel, type ControlFrame } from './channel';
import { faultyNode } from './faultyNode';
import { takeHandedBoot } from './handedBoot';
import { InjectedFaults } from './injectedFaults';
import { LastAwaited } from './lastAwaited';
import { openMpiMessages } from './mpiMessages';
import { openNativeMessages, sizeSeenBy } from './nativeMessages';
import { allocateCounts, countsIn } from './messageCounts';
import { OnlyMessages } from './onlyMessages';
import { Patience, type Way } from './patience';
import { recordOperations } from './recordOperations';
import { mainStates } from './statusBlock';
import type { AskedTasks } from './taskQuestions';
import { watchStranded } from './watchStranded';

const boot = takeHandedBoot() ?? (JSON.parse(readLine()) as NodeBoot);
const memory = allocateChannel();
const counts = allocateCounts();
const shared = boot.mpi ? openMpiMessages(boot, boot.mpi.library, memory) : openNativeMessages(boot);
const operations = OperationRing.allocate();
const { port1: port, port2: agentPort } = new MessageChannel();
const agent = new Worker(join(__dirname, 'agent.js'), {
  workerData: { boot, memory, counts, operations, inbox: shared.inbox, port: agentPort } satisfies AgentData,
  transferList: [agentPort],
  execArgv: [],
  resourceLimits: { maxOldGenerationSizeMb: 512 },
});
agent.on('error', (error) => {
  process.stderr.write(`lockstep: the agent thread failed: ${error.stack ?? error.message}\n`);
  process.kill(process.pid, 'SIGKILL');
});

// An error deep inside a collective must still show the program's own line.
Error.stackTraceLimit = 50;

let start: ProgramStart | undefined;
/** What became of the fault that the program wants. */
let answered: { error?: WireError } | undefined;
let held = true;
const decoder = new TextDecoder();
const recorder = recordOperations(operations, (word) => {
  channel.write([encodeText(frameTypes.word, JSON.stringify(word))], undefined);
});
const lastAwaited = new LastAwaited();
const onlyMessages = new OnlyMessages([port, agent]);
const channel: Channel = new Channel(
  memory,
  port,
  (type, body) => {
    if (type === frameTypes.message) sockets.accept(body);
    else onControl(JSON.parse(decoder.decode(body)) as ControlFrame);
  },
  {
    here: callerLocation,
    waiting: () => waitingMessages(engine),
    lost: () => injected.lostMessages(),
    awaited: () => engine.awaited.together(),
    goesOn: () => engine.awaited.goesOn(),
  },
  onlyMessages,
  patienceOf(wayOf()),
  recorder,
  shared.bell,
);
const size = sizeSeenBy(boot);
const sockets = new SocketEndpoint(boot.rank, size, channel);
const endpoint = new FaultyEndpoint(shared.endpoint(channel) ?? sockets, faultyNode(channel));

function onControl(frame: ControlFrame): void {
  if (frame.type === 'start') {
    start = frame.start;
    const alone = start.inboxes.every((inbox, rank) => inbox === null || rank === boot.rank);
    shared.connect(start.inboxes, alone);
    if (alone && wayOf() === 'memory') channel.patience = patienceOf('sockets');
    if (start.faults) endpoint.change(start.faults);
  } else if (frame.type === 'faults') {
    endpoint.change(frame.faults);
  } else if (frame.type === 'faultInjected') {
    answered = frame;
  } else if (frame.type === 'failed') {
    shared.lose(frame.rank);
    engine.failures.tell(frame.rank, frame.byItself);
    sockets.nudge();
  } else if (frame.type === 'joins') {
    shared.join(frame.rank, frame.inbox);
    if (frame.inbox !== null) channel.patience = patienceOf(wayOf());
    endpoint.join(frame.rank);
  } else if (frame.type === 'nodesAnswer') host.nodesAnswer(frame);
  else if (frame.type === 'scale') host.scale(frame);
  else if (frame.type === 'retire') {
    host.retire();
    shared.nudge();
    sockets.nudge();
  } else if (frame.type === 'linked') shared.linked(frame);
  else if (frame.type === 'unreachable') shared.lose(frame.rank);
  else held = false;
}

/** The agent pings the event loop through the port; the answer tells how late it runs. */
port.on('message', (ping: number | 'exit' | 'health' | 'stop' | AskedTasks) => {
  if (typeof ping === 'object') return host.answerTasks(ping);
  if (ping === 'exit') {
    channel.status.bell.ring(); // a thread of the pool may sleep on it, and would hold up the end
    shared.leave();
    process.exit(0);
  }
  if (ping === 'health') return void host.reportHealth();
  if (ping === 'stop') return void host.stopService();
  channel.status.setCounter('heapUsed', process.memoryUsage().heapUsed);
  channel.status.setCounter('pongAtMs', monotonicMs());
  channel.status.set('pong', ping);
});

const engine: ProgressEngine = new ProgressEngine(endpoint, {
  capture: captureCaller,
  counts: countsIn(counts),
  recorder,
  abort(error) {
    watch.ending(error);
    return host.abort(error);
  },
  host: hostname(),
});
const injected = new InjectedFaults(engine);
endpoint.observer = injected;
connectFaults(injectFault);
const world = createWorld(engine);
const watch = new CommunicationWatch(engine, (text) => host.print('lockstep', text));
const helpers = installDebugHelpers(
  boot.rank,
  size,
  (text) => host.print('log', text),
  new MessageLists(engine, callerLocation),
  watch,
);
const host: ProgramHost = new ProgramHost(
  channel,
  world,
  () => ({ ...endMessages(engine, world), ...injected.summary() }),
  () => {
    engine.awaited.goesOn();
    shared.close();
  },
  (program, taskHost) => new TaskProgram(engine, program, taskHost),
  {
    begin: () => lastAwaited.start(),
    watch: (...whether) => watchStranded(engine, onlyMessages, lastAwaited, ...whether),
  },
);

channel.status.set('state', mainStates.held);
channel.waitUntil(() => start !== undefined);
if (start?.stopOnEntry) {
  host.beforeEntry((run) => {
    helpers.entry = run;
    channel.write([encodeText(frameTypes.entry, '')], undefined);
    channel.waitUntil(() => !held);
  });
}
channel.status.set('state', mainStates.running);
engine.eagerLimitBytes = (start as unknown as ProgramStart).eagerLimitBytes;
// Not from here: at each stop the inspector parses every function on the stack anew, and this file is the largest of all.
setImmediate(() => host.run(start as unknown as ProgramStart));

function patienceOf(way: Way): Patience {
  return Patience.of(boot.size, way, shared.giveWay);
}

/** What a wait of this node looks at. */
function wayOf(): Way {
  if (shared.bell === undefined) return 'agent';
  return boot.transport === 'socket' ? 'sockets' : 'memory';
}

/** Asks for a fault; returns when all nodes know of it. */
function injectFault(fault: Fault): void {
  answered = undefined;
  channel.write([encodeText(frameTypes.fault, JSON.stringify(fault))], undefined);
  channel.waitUntil(() => answered !== undefined);
  const { error } = answered as unknown as { error?: WireError };
  if (error) throw LockstepError.fromWire(error);
}

/** One line from standard input, byte by byte: what follows it is the agent's. */
function readLine(): string {
  const bytes: number[] = [];
  const byte = Buffer.alloc(1);
  while (readSync(0, byte) === 1 && byte[0] !== 10) bytes.push(byte[0] as number);
  return Buffer.from(bytes).toString('utf8');
}
