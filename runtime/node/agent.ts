/**
 * A node's agent thread. It owns the heartbeat, the debug link, the watchdog and every socket but those of data links, so a
 * node whose program computes, blocks or stands at a breakpoint is still alive to the cluster.
 */
import { rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { workerData } from 'node:worker_threads';
import { monotonicMs } from '../core/clock';
import { frameTypes } from '../core/framing';
import { recordingName } from '../core/timeline/recordingFile';
import { descendantsOf, endFamilies, endProcesses, familyVariable } from '../core/processFamily';
import type {
  AgentRequests,
  AgentToCoordinator,
  CoordinatorToAgent,
  NodeMemory,
  ProgramStart,
} from '../protocol/agentLink';
import { LockstepError } from '../protocol/errors';
import type { Fault, MessageFaults } from '../protocol/faults';
import type { OperationWord } from '../protocol/operations';
import { nodeSocketName } from '../protocol/relay';
import type { Whereabouts } from '../protocol/rollCall';
import type { Health } from '../protocol/service';
import type { TaskBoard, TaskQuestion } from '../protocol/tasks';
import { parseOutput } from '../program/outputFrame';
import {
  handle,
  type MessageConnection,
  notify as sendNotification,
  overLink,
  request,
} from '../transport/rpc';
import { socketAddress } from '../transport/unixSocket';
import { AgentScaling } from './agentScaling';
import type { AgentData } from './channel';
import { openCoordinatorLink } from './coordinatorLink';
import { HandedLinks } from './handedLinks';
import { HealthQuestion } from './healthQuestion';
import { InspectorBridge } from './inspectorBridge';
import { LaunchedByMpi } from './launchedByMpi';
import { sampleMainThread } from './mainThreadSampler';
import { MainThreadLink } from './mainThreadLink';
import { MemoryGuard } from './memoryGuard';
import { countsIn } from './messageCounts';
import { agentView, socketsWanted } from './nativeMessages';
import { Observer } from './observer';
import { OperationSpool } from './operationSpool';
import { OutputQueue } from './outputQueue';
import { PeerLinks } from './peerLinks';
import { StrandedAwait } from './strandedAwait';
import { TaskQuestions, type TasksAnswer } from './taskQuestions';
import { TrafficCounter } from './trafficCounter';

/** How often the agent looks at the main thread. */
const lookMs = 100;
/** How long a program's process has for ending by itself when the job is over. */
const exitGraceMs = 500;
/** The same where it has to wait for all others to leave MPI, and where the launcher is to end it. */
const mpiGraceMs = 30_000;
const abortGraceMs = 5000;

const { boot, memory, counts, operations, inbox, port } = workerData as AgentData;
const shared = typeof inbox === 'number' ? agentView(inbox) : undefined;
/** Set where an MPI launcher has started this process: what is printed goes to it, and it ends all. */
const launched = boot.mpi && new LaunchedByMpi(boot.mpi.library, boot.rank);
/** Read before the program runs, which may change its environment. */
const family = process.env[familyVariable];
const secret = Buffer.from(boot.secret, 'hex');
const traffic = new TrafficCounter(memory.traffic);
let connection: MessageConnection;
let leaving = false;

// Whatever fails here ends the process: the main thread may block, and would wait for this thread for ever.
process.on('uncaughtException', fail);
run().catch(fail);

async function run(): Promise<void> {
  const address = socketAddress(boot.runDirectory, nodeSocketName(boot.job, boot.rank));
  const standing = MemoryGuard.stand(boot);
  const link = await openCoordinatorLink(boot, secret).catch(abandon);
  connection = overLink(link);
  const lost = () => (launched && leaving ? undefined : abandon());
  connection.onClose(lost);
  connection.onError(lost);
  connection.listen();

  const peerLost = (peer: number): void => notify('peerLost', { rank: peer });
  const peers = new PeerLinks(
    boot,
    secret,
    (body) => main.message(body),
    () => main.pump(),
    peerLost,
  );
  // Only where the main thread has the native calls, which it told by its inbox.
  const handed =
    shared &&
    new HandedLinks(
      boot,
      secret,
      peers.peers,
      (link) => main.control(link),
      (peer) => {
        main.control({ type: 'unreachable', rank: peer });
        peerLost(peer);
      },
    );
  const output = new OutputQueue(
    async (chunks) => {
      const printed = boot.mpi?.quiet ? undefined : launched?.print(chunks);
      await Promise.all([printed, connection.sendRequest('output', { chunks })]);
    },
    () => main.pump(),
  );
  const spool = new OperationSpool(
    operations,
    boot.size,
    join(boot.runDirectory, recordingName(boot.job, boot.rank)),
    (batch) => notify('operations', batch),
    (piece) => connection.sendRequest('recording', piece),
  );
  const main: MainThreadLink = new MainThreadLink(memory, shared?.bell, port, {
    onMessageBytes: (destination, bytes) => peers.write(destination, bytes),
    onFrame(type, body) {
      if (type === frameTypes.output) {
        const { stream, text } = parseOutput(body);
        output.push(stream, text);
      } else if (type === frameTypes.finished) {
        main.release();
        void finish(JSON.parse(Buffer.from(body).toString('utf8')) as AgentRequests['finished']);
      } else if (type === frameTypes.health) {
        health.answered(JSON.parse(Buffer.from(body).toString('utf8')) as Health);
      } else if (type === frameTypes.tasks) {
        notify('tasks', JSON.parse(Buffer.from(body).toString('utf8')) as TaskBoard);
      } else if (type === frameTypes.tasksAnswer) {
        tasks.answered(JSON.parse(Buffer.from(body).toString('utf8')) as TasksAnswer);
      } else if (type === frameTypes.endNode) {
        notify('endNode', { rank: Number(Buffer.from(body).toString('utf8')) });
      } else if (type === frameTypes.outlives) {
        notify('outlives', { essentialRank: 0 });
      } else if (type === frameTypes.nodes || type === frameTypes.scaled) {
        scaling.told(type, body);
      } else if (type === frameTypes.word) {
        spool.word(JSON.parse(Buffer.from(body).toString('utf8')) as OperationWord);
      } else if (type === frameTypes.reach) {
        void handed?.open(Number(Buffer.from(body).toString('utf8')));
      } else if (type === frameTypes.peerLost) {
        peerLost(Number(Buffer.from(body).toString('utf8')));
      } else if (type === frameTypes.fault) {
        void injectFault(JSON.parse(Buffer.from(body).toString('utf8')) as Fault);
      } else if (type === frameTypes.entry) {
        void inspector.stopAtEntry().finally(() => main.control({ type: 'go' }));
      }
    },
    ready: () => !peers.full && !output.full,
    onIdle: () => peers.flush(),
    onFull: (full) => peers.pause(full),
  });
  const inspector = new InspectorBridge(
    (message) => notify('cdp', { message }),
    () => look(),
  );
  const health = new HealthQuestion(port);
  const awaits = new StrandedAwait();
  const tasks = new TaskQuestions(port, () => inspector.paused);
  const observer = new Observer(
    main,
    countsIn(counts),
    port,
    boot.rank,
    () => inspector.paused,
    () => shared?.bell.isAwaited ?? true,
    awaits,
    () => peers.peers.length,
  );
  const scaling = new AgentScaling(connection, peers.peers, (frame) => main.control(frame));

  /** Tells the coordinator of the program's wish, and the program what became of it. */
  async function injectFault(fault: Fault): Promise<void> {
    const error = await request(connection, 'injectFault', fault).then(
      () => undefined,
      (reason: unknown) => LockstepError.from(reason).toWire(),
    );
    main.control({ type: 'faultInjected', error });
  }

  let reported = '';
  const look = (heartbeat = false): void => {
    const status = observer.status();
    const text = JSON.stringify(status);
    if (!heartbeat && text === reported) return;
    reported = text;
    notify('status', status);
  };

  async function finish(result: AgentRequests['finished']): Promise<void> {
    await output.flush();
    if (sample()) return; // a program may end before its first one, and because of what it has used
    await spool.flush();
    await connection.sendRequest('finished', result);
    look();
    main.status.set('flushed', 1);
    main.status.bell.ring();
  }

  let bundle: string | undefined;
  on('start', (start: ProgramStart) => {
    peers.peers.push(...start.peers);
    bundle = start.bundle;
    spool.want(start.recording);
    main.control({ type: 'start', start });
  });
  on('attachDebugger', (attached) => inspector.attach(attached));
  on('detachDebugger', () => inspector.detach());
  on('cdp', ({ message }) => {
    inspector.receive(message);
    main.status.bell.ring(); // a main thread that sleeps in a system call does not notice the inspector
  });
  on('nodeFailed', ({ rank, byItself }) => main.control({ type: 'failed', rank, byItself }));
  on('clock', ({ stands }) => main.status.setClock(stands));
  on('watch', ({ live }) => spool.watch(live));
  on('stopService', () => port.postMessage('stop'));
  on('exit', () => {
    leaving = true;
    // A process that is being debugged does not exit before its debugger has left.
    inspector.detach();
    endChildren(); // while it is known whose children they are
    port.postMessage('exit');
    setTimeout(endGroup, launched ? mpiGraceMs : exitGraceMs);
  });
  on('say', ({ text }) => launched?.say(text));
  on('abort', ({ code }) => {
    endChildren();
    if (boot.mpi?.away) {
      removeFolder();
      leaving = true;
      connection.end(); // tells the coordinator, which waits for that
    }
    launched?.abort(code);
    setTimeout(endGroup, abortGraceMs);
  });
  handle(connection, 'faults', (faults: MessageFaults) => {
    main.control({ type: 'faults', faults });
    main.status.set('faults', faults.version);
    main.status.bell.ring();
  });
  handle(connection, 'quiescence', () => observer.quiescence());
  handle(connection, 'strandedAt', async () => {
    const { wait } = observer.quiescence();
    if (bundle === undefined || !(await awaits.find(wait, bundle, main.status))) return { at: wait?.at };
    look();
    return { at: observer.quiescence().wait?.at };
  });
  handle(connection, 'health', () => health.ask());
  handle(connection, 'askTasks', (question: TaskQuestion) => tasks.ask(question));
  handle(connection, 'whereabouts', async (): Promise<Whereabouts> => {
    const { state, wait } = observer.status();
    if (bundle === undefined || (state !== 'running' && state !== 'busy')) return { state, wait };
    return { state, ...(await sampleMainThread(bundle, () => main.status.bell.ring())) };
  });
  handle(connection, 'clock', () => ({ monotonicMs: monotonicMs() }));

  await (handed ?? peers).listen(address);
  const guard = await standing;
  notify('ready', { pid: process.pid, memory: memoryOf(), limit: guard.limit });
  setInterval(look, lookMs);
  setInterval(() => look(true), boot.heartbeatMs);
  setInterval(sample, boot.metricsMs);

  /** True where the node has used too much memory, and ends. */
  function sample(): boolean {
    const metrics = observer.metrics();
    notify('metrics', { metrics, traffic: traffic.take() });
    const isExceeded = guard.isExceeded(metrics.rssBytes);
    if (isExceeded)
      void connection.sendRequest('outOfMemory', { task: main.status.task }).then(() => endGroup());
    return isExceeded;
  }
}

/** What the coordinator is told of this node's inbox. */
function memoryOf(): NodeMemory {
  if (boot.transport === 'socket') return { reason: socketsWanted };
  return shared ? { inbox: shared.path } : { reason: String(inbox) };
}

function notify<T extends keyof AgentToCoordinator>(type: T, body: AgentToCoordinator[T]): void {
  void sendNotification(connection, type, body);
}

function on<T extends keyof CoordinatorToAgent>(
  type: T,
  handler: (body: CoordinatorToAgent[T]) => void,
): void {
  connection.onNotification(type, handler);
}

/** The coordinator is gone: nothing of the run may stay. */
function abandon(error?: unknown): never {
  // Nobody else can say why a node of another machine did not come.
  if (LockstepError.from(error).code === 'mpiCoordinatorUnreachable')
    complain((error as LockstepError).message);
  if (!leaving) removeFolder();
  return endGroup();
}

/** Removes the run's folder on this machine. */
function removeFolder(): void {
  try {
    rmSync(boot.runDirectory, { recursive: true, force: true });
  } catch {
    // another node removes it at the same time
  }
}

/** Says what went wrong, to whoever still listens, and ends the process. */
function fail(error: unknown): never {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  complain(`the agent thread failed: ${text}`);
  return endGroup();
}

function complain(text: string): void {
  try {
    writeSync(2, `lockstep: ${text}\n`);
  } catch {
    // the coordinator is gone: that is what went wrong
  }
}

/** Ends this process and all that its program has started: a node leads a process group of its own. */
function endGroup(): never {
  endChildren();
  try {
    process.kill(-process.pid, 'SIGKILL');
  } catch {
    // not the leader of a group (Windows)
  }
  process.kill(process.pid, 'SIGKILL');
  throw new Error('unreachable');
}

/** Ends what the program has started; under an MPI launcher a node may have the coordinator as its child. */
function endChildren(): void {
  if (!launched) endProcesses(descendantsOf(process.pid));
  endFamilies((each) => each === family);
}
