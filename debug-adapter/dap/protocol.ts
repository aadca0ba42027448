/** What the adapter adds to the Debug Adapter Protocol: its requests and events. Its configurations are in `arguments.ts`. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { JobInfo } from '../../runtime/protocol/job';

/** What continue and steps move: the node they were asked for, or every paused node. */
export type StepScope = 'node' | 'together';

/** Ways of moving a paused node. */
export type StepKind = 'next' | 'stepIn' | 'stepOut' | 'continue';

/** The adapter's own requests: their arguments and the bodies of their responses. */
export interface CustomRequests {
  /** Moves a paused node, or all paused nodes, whatever the session's default is. */
  'lockstep/step': {
    arguments: { threadId: number; kind: StepKind; scope: StepScope };
    body: { allThreadsContinued: boolean };
  };
  /** Pauses every node. */
  'lockstep/pauseAll': { arguments: Record<string, never>; body: undefined };
  /** Lets every paused node go on. */
  'lockstep/continueAll': { arguments: Record<string, never>; body: undefined };
  /** Moves the editor's focus to a node; answers whether it is stopped, only then can it have the focus. */
  'lockstep/focusThread': { arguments: { threadId: number }; body: { stopped: boolean } };
  /** Sets what continue and steps move from now on. */
  'lockstep/setStep': { arguments: { step: StepScope }; body: undefined };
}

/** The adapter's own events. */
export interface CustomEvents {
  /** The session debugs this job from now on: after launch, attach and restart. */
  'lockstep/jobStarted': { job: JobInfo };
}

/** Thread ids are ranks counted from 1. */
export const threadOfRank = (rank: number): number => rank + 1;

/** The rank of a thread id. */
export const rankOfThread = (threadId: number): number => threadId - 1;

/** The modes that a source breakpoint can have. */
export const breakpointModes = ['node', 'all', 'barrier'] as const;
export type BreakpointMode = (typeof breakpointModes)[number];

/** How the modes are shown by the editor. */
export const breakpointModeDescriptions: DebugProtocol.BreakpointMode[] = [
  { mode: 'node', label: 'Stop this node', appliesTo: ['source'] },
  {
    mode: 'all',
    label: 'Stop all nodes',
    description: 'The first node that hits it pauses all others',
    appliesTo: ['source'],
  },
  {
    mode: 'barrier',
    label: 'Barrier: hold until all arrive',
    description: 'Nodes that arrive are held until all have arrived; then all stop together',
    appliesTo: ['source'],
  },
];
