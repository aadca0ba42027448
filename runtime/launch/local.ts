/** Starts nodes as processes of this machine. */
import { spawn } from 'node:child_process';
import { closeNodeGroup, memoryKill, openNodeGroup } from '../core/controlGroup/nodeGroup';
import { descendantsOf, endFamilies, endProcesses, familyVariable, newFamily } from '../core/processFamily';
import type { MemoryKill, NodeBoot } from '../protocol/agentLink';
import type { LockstepError } from '../protocol/errors';
import { ownHeapMiB } from './machineSize';
import { cleanEnvironment, type NodeExecutable } from './nodeExecutable';
import { readRawOutput } from './rawOutput';
import { Throttle } from './throttle';

export interface LaunchOptions {
  node: NodeExecutable;
  /** Absolute path of the node's bundle. */
  entry: string;
  cwd: string;
  env: Record<string, string>;
  heapMiB: number;
}

/** How a node's process ended. */
export interface ProcessEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** V8 ended it because the heap was full, or the kernel for the memory of its control group or of the machine. */
  outOfMemory?: 'heap' | MemoryKill;
  /** It could not be started at all. */
  error?: Error;
  /** Why its machine is gone, and it with it. */
  lost?: LockstepError;
}

export interface LaunchedNode {
  readonly pid: number;
  /** Kills the process and its children now. */
  kill(): void;
  /** Lets it have a share of a processor: 1 is all it wants, 0 stops it. Absent where that cannot be. */
  throttle?(share: number): void;
  /** Its link has closed; absent where it is to be killed then, if it still lives. */
  lost?(): void;
}

/** V8's last words; what follows them is for V8's authors. */
const heapFull = /^(?:<--- Last few GCs --->|FATAL ERROR: .*heap out of memory)/m;
/** How long the last output of a process that has ended is waited for. */
const lastOutputMs = 1000;

/** Takes whole lines, joined by newlines; no more is read until it has resolved. */
export type RawOutput = (stream: 'stdout' | 'stderr', text: string) => Promise<void> | void;

/** Starts one node. Raw output is what the process writes past the program's streams (its children, V8 itself). */
export function launchLocal(
  boot: NodeBoot,
  options: LaunchOptions,
  onRawOutput: RawOutput,
  onEnd: (end: ProcessEnd) => void,
): LaunchedNode {
  const family = newFamily(boot.runDirectory);
  const group = openNodeGroup(boot);
  const child = spawn(options.node.path, [...heapFlags(options), options.entry], {
    cwd: options.cwd,
    env: { ...cleanEnvironment(), ...options.env, ...options.node.env, [familyVariable]: family },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: process.platform !== 'win32', // a process group of its own, so that its children end with it
    windowsHide: true,
  });
  let heapWasFull = false;
  void readRawOutput(child.stdout, (text) => onRawOutput('stdout', text));
  void readRawOutput(child.stderr, (text) => {
    const at = heapWasFull ? 0 : text.search(heapFull);
    if (at < 0) return onRawOutput('stderr', text);
    heapWasFull = true;
    return at > 0 ? onRawOutput('stderr', text.slice(0, at - 1)) : undefined;
  });
  let exited = false;
  let ended = false;
  const end = (result: Omit<ProcessEnd, 'outOfMemory'>) => {
    if (ended) return;
    ended = true;
    void endFamily(family).then(() => {
      const kill = 'reason' in group ? undefined : memoryKill(group);
      if (!('reason' in group)) closeNodeGroup(group);
      onEnd({ ...result, outOfMemory: heapWasFull ? 'heap' : kill });
    });
  };
  child.once('error', (error) => end({ code: null, signal: null, error }));
  // `close` comes after the last output; a child that escaped the group and keeps the pipes open must not hold it up.
  child.once('close', (code, signal) => end({ code, signal }));
  child.once('exit', (code, signal) => {
    exited = true;
    killGroup();
    void endFamily(family); // before the last output is waited for: who holds the pipes open may be one of them
    setTimeout(() => end({ code, signal }), lastOutputMs);
  });
  child.stdin.on('error', () => undefined); // the process is gone; `close` tells
  child.stdin.write(`${JSON.stringify({ ...boot, group } satisfies NodeBoot)}\n`);

  function kill(): void {
    if (child.pid === undefined || exited) return;
    const descendants = descendantsOf(child.pid); // before they lose their parents
    killGroup();
    endProcesses(descendants);
  }

  function killGroup(): void {
    if (child.pid === undefined) return;
    try {
      if (process.platform === 'win32') child.kill('SIGKILL');
      else process.kill(-child.pid, 'SIGKILL');
    } catch {
      // nothing of the group is left
    }
  }
  const throttle = new Throttle((signal) => {
    if (child.pid === undefined || exited) return false;
    try {
      return process.kill(-child.pid, signal);
    } catch {
      return false; // nothing of the group is left
    }
  });
  child.once('exit', () => throttle.dispose());
  const canThrottle = process.platform !== 'win32'; // which has no SIGSTOP
  return { pid: child.pid ?? 0, kill, ...(canThrottle && { throttle: (share) => throttle.set(share) }) };
}

const families = new Set<string>();
let sweep: Promise<void> | undefined;

/**
 * What sets the heap's limit. Under such a flag V8 refuses the code of Node's own modules that came compiled with Node,
 * and a start takes half as long again: it is left out where V8 sets that limit anyway.
 */
function heapFlags({ node, heapMiB }: LaunchOptions): string[] {
  return node.path === process.execPath && heapMiB === ownHeapMiB ? [] : [`--max-old-space-size=${heapMiB}`];
}

/** Ends what is left of a node that has ended; nodes that end together are looked for together. */
function endFamily(family: string): Promise<void> {
  families.add(family);
  sweep ??= new Promise((resolve) => {
    setImmediate(() => {
      sweep = undefined;
      endFamilies((each) => families.has(each));
      families.clear();
      resolve();
    });
  });
  return sweep;
}
