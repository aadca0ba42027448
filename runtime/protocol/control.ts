/** The control API: what a client (extension, debug adapter, command line) can ask of a coordinator. */
import type { NodeBoot } from './agentLink';
import type { SshCluster } from './configuration';
import type { CdpMessage } from './debug';
import type { DeploymentInfo, DeployOutcome, DeploySpec } from './deployment';
import type { WireError } from './errors';
import type { ClusterEvent, ClusterEventType, OutputStream } from './events';
import type { Fault, FaultReport, LastingFault } from './faults';
import type { MachineFacts } from './host';
import type { RollCall } from './rollCall';
import type { Bundle, JobInfo, JobSnapshot, JobSpec } from './job';
import type { NodeRecording } from './operations';
import type { TaskQuestions } from './tasks';

export interface StartedJob {
  job: JobInfo;
  bundle: Bundle;
}

/** Processes that are to be the nodes of a job. */
export interface JoinSpec {
  spec: JobSpec;
  /** Where each of them runs, by rank: a name for each machine. */
  hosts: string[];
  /** By rank: a folder for the run on that machine; null on the coordinator's own. */
  folders: (string | null)[];
  /** Name or path of the MPI library that carries their messages. */
  library: string;
  /** The number of the start that they belong to, where the coordinator has started their launcher: it knows their job. */
  start?: number;
}

/** What each of them needs to become one, by rank. */
export interface JoinedJob {
  job: JobInfo;
  boots: NodeBoot[];
  /** The program, which is to lie in the folders of all other machines under the same names. */
  files: string[];
}

export interface CoordinatorInfo {
  pid: number;
  version: string;
  /** Absolute path of the run directory. */
  runDirectory: string;
}

/** What a detached coordinator says on its standard output, once. */
export interface DetachedReady {
  /** Marks the line. */
  lockstepCoordinator: 1;
  /** Where it is found; absent where another coordinator has the deployment's name. */
  runDirectory?: string;
}

/** What became of the attempt to use a machine: what it is, or why it cannot be used. */
export interface HostCheck {
  host: string;
  facts?: MachineFacts;
  error?: WireError;
}

export interface OutputLines {
  rank: number;
  stream: OutputStream;
  text: string;
}

/** Each request: its parameters and its result. Every request gets one answer or one LockstepError. */
export interface ControlRequests {
  info: { params: Record<string, never>; result: CoordinatorInfo };
  /** Events from now on; `outputBytesPerSecond` bounds the output a node sends to this client, the rest is counted and left out with a notice. */
  subscribe: { params: { events: ClusterEventType[]; outputBytesPerSecond?: number }; result: JobSnapshot[] };
  startJob: { params: JobSpec; result: StartedJob };
  /** A job whose nodes exist already, started by an MPI launcher: it runs once all have joined. */
  joinJob: { params: JoinSpec; result: JoinedJob };
  /** Processes of a launcher that the coordinator has started cannot become nodes. */
  refuseStart: { params: { start: number; error: WireError }; result: null };
  /** Lets the nodes of a job started with `hold` load the program; those of `stopOnEntry` stop on its first line. */
  releaseJob: { params: { job: string; stopOnEntry?: number[] }; result: null };
  /** Ends a job now; answers when its processes are gone. */
  stopJob: { params: { job: string }; result: JobInfo };
  /** Answers when the job has ended; output that came before has been delivered. */
  waitJob: { params: { job: string }; result: JobInfo };
  /** Brings a running job of tasks to so many nodes, counted as when it was started; answers once they have joined or left, with how many it has. */
  scaleJob: { params: { job: string; nodes: number }; result: { size: number } };
  /** Lets a node that has joined a running job load the program: its debugger has set what it wants to have set. */
  releaseNode: { params: { job: string; rank: number; stopOnEntry?: boolean }; result: null };
  /** Kills one node's process, as `kill -9` does. */
  killNode: { params: { job: string; rank: number }; result: null };
  /** Lets something go wrong in a job on purpose; answers when its nodes know of it. */
  injectFault: { params: { job: string; fault: Fault }; result: null };
  /** Ends one of the faults that last in a job; answers when its nodes know of it. One that has ended already is no error. */
  endFault: { params: { job: string; fault: LastingFault }; result: null };
  /** What went wrong in a job on purpose so far. */
  faults: { params: { job: string }; result: FaultReport };
  /** Where every node of a job is: who computes, who waits, and for what. Nothing is stopped. */
  rollCall: { params: { job: string }; result: RollCall };
  /** Tasks of a job's driver, piece by piece; once the driver has ended only the newest failures. */
  tasks: {
    params: { job: string } & TaskQuestions['list']['question'];
    result: TaskQuestions['list']['answer'];
  };
  /** Why a task is where it is. */
  explainTask: {
    params: { job: string } & TaskQuestions['explain']['question'];
    result: TaskQuestions['explain']['answer'];
  };
  cancelTasks: {
    params: { job: string } & TaskQuestions['cancel']['question'];
    result: TaskQuestions['cancel']['answer'];
  };
  retryTasks: {
    params: { job: string } & TaskQuestions['retry']['question'];
    result: TaskQuestions['retry']['answer'];
  };
  /** Whether the machines of a cluster can be used; the client may be asked. Nothing is started there. */
  checkHosts: { params: { name: string; cluster: SshCluster }; result: HostCheck[] };
  jobs: { params: Record<string, never>; result: JobSnapshot[] };
  bundle: { params: { job: string }; result: Bundle };
  /** The newest output kept of a job (of one node, when given), oldest first. */
  output: { params: { job: string; rank?: number }; result: OutputLines[] };
  /** Where the operations of a job's nodes lie, of a job started with `trace`; they stay as long as the coordinator. */
  recordings: { params: { job: string }; result: NodeRecording[] };
  /** Makes this version the deployment's; answers when it is in service, or the old one is back. Only of a coordinator that was started for one. */
  deploy: { params: DeploySpec; result: DeployOutcome };
  deployment: { params: Record<string, never>; result: DeploymentInfo };
  /** Ends the deployment and, after it, the coordinator; answers when its replicas are gone. */
  undeploy: { params: Record<string, never>; result: null };
  /** Makes this client the job's debugger. One at a time. Nodes of a job on hold are attached as they come up. */
  attachDebugger: { params: { job: string }; result: null };
  /** The debugger does not stop at the deadlock that `deadlockFound` told of: the job ends, as without a debugger. */
  endDeadlock: { params: { job: string }; result: null };
  /** Ends debugging; paused nodes go on. */
  detachDebugger: { params: { job: string }; result: null };
}

export type ControlMethod = keyof ControlRequests;

/** Notifications, both ways. */
export interface ControlNotifications {
  /** Coordinator to client. */
  event: ClusterEvent;
  /** A DevTools-protocol message from or to one node, both ways. */
  cdp: { job: string; rank: number; message: CdpMessage };
}
