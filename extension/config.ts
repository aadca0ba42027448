/** The extension's settings, read when they are needed so that a change holds at once. */
import * as vscode from './vscode';
import type { StepMode } from './debug/completeConfiguration';

/** What the user has set; an absent value means that `lockstep.json` or the runtime decides. */
export interface Settings {
  /** `lockstep.node`: the Node.js executable. */
  node?: string;
  /** `lockstep.nodes` */
  nodes?: number;
  /** `lockstep.debug.step` */
  step: StepMode;
  /** `lockstep.output.limit`, for one node */
  outputBytesPerSecond: number;
  /** `lockstep.topology.animation` */
  animation: 'auto' | 'off';
  /** `lockstep.lab.interface` */
  labInterface?: string;
  /** `lockstep.deploy.healthTimeout`, in milliseconds */
  healthTimeoutMs: number;
}

/** The settings as they are for a file or folder now. */
export function readSettings(scope?: vscode.Uri): Settings {
  const configuration = vscode.workspace.getConfiguration('lockstep', scope);
  return {
    node: configuration.get<string>('node')?.trim() || undefined,
    nodes: configuration.get<number | null>('nodes') ?? undefined,
    step: configuration.get<StepMode>('debug.step', 'node'),
    outputBytesPerSecond: configuration.get<number>('output.limit', 262_144),
    animation: configuration.get<'auto' | 'off'>('topology.animation', 'auto'),
    labInterface: configuration.get<string>('lab.interface')?.trim() || undefined,
    healthTimeoutMs: 1000 * configuration.get<number>('deploy.healthTimeout', 30),
  };
}
