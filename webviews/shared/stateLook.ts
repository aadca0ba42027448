import type { NodeState } from '../../runtime/protocol/node';
import type { IconName } from './icons';

/** Outline of a node in a given state, so that colour is never the only sign. */
export type NodeShape = 'disc' | 'octagon' | 'square' | 'diamond';

export interface StateLook {
  /** The state as a legend names it. */
  label: string;
  icon: IconName;
  shape: NodeShape;
  /** What the state means, for a tooltip. */
  meaning: string;
}

/** How each state looks; its colour is the class `state-<name>` of theme.css. */
export const stateLooks: Record<NodeState, StateLook> = {
  starting: { label: 'starting', icon: 'ellipsis', shape: 'disc', meaning: 'Its process is being started.' },
  running: { label: 'running', icon: 'play', shape: 'disc', meaning: 'Its program makes progress.' },
  blocked: {
    label: 'blocked',
    icon: 'hourglass',
    shape: 'octagon',
    meaning: 'It waits in a communication call.',
  },
  busy: {
    label: 'busy',
    icon: 'gear',
    shape: 'disc',
    meaning: 'It has computed for over a second without a communication call.',
  },
  paused: { label: 'paused', icon: 'pause', shape: 'square', meaning: 'It stands at a breakpoint.' },
  suspect: {
    label: 'suspect',
    icon: 'question',
    shape: 'diamond',
    meaning: 'It has been silent for longer than it should.',
  },
  dead: { label: 'dead', icon: 'cross', shape: 'diamond', meaning: 'Its process is gone.' },
  done: { label: 'done', icon: 'check', shape: 'disc', meaning: 'Its program has returned.' },
};
