import { describeWait, type SourceLocation, type Wait } from '../../runtime/protocol/node';
import type { Debugger, Paused, Runtime } from '../cdp/protocol';
import type { Script } from '../sources/script';
import type { Position } from '../sources/sourceMap';

/** A frame of the program, as the user sees it. */
export interface ProgramFrame {
  name: string;
  script: Script;
  /** Where it stands in the script. */
  generated: Position;
  /** The same in the source: path (or name) and place, counting from 0. */
  source: string;
  original: Position;
  /** Absent in frames of the past that an `await` came from: they have no variables any more. */
  call?: Debugger.CallFrame;
}

/** A line between frames, such as `await`. */
export interface FrameLabel {
  label: string;
}

/** The line of an `await` that the program waits in: no frame stands there, so that it has no variables. */
export interface AwaitedPlace {
  name: string;
  at: SourceLocation;
}

/** A row of a stack. */
export type ShownFrame = ProgramFrame | FrameLabel | AwaitedPlace;

/** One stop of a node: its frames, and why it stopped. */
export class Pause {
  private shown: ShownFrame[] | undefined;

  constructor(
    readonly raw: Paused,
    private readonly scripts: ReadonlyMap<string, Script>,
    /** What the node waits for, if it waits for messages. */
    private readonly wait: () => Wait | undefined,
  ) {}

  /** The program's frames, innermost first; the runtime's, Node's and the bundler's own are left out. */
  get frames(): readonly ShownFrame[] {
    this.shown ??= this.collect();
    return this.shown;
  }

  /** The innermost frame of the program. */
  get top(): ProgramFrame | undefined {
    return this.frames.find((frame): frame is ProgramFrame => 'script' in frame);
  }

  /** True when the node stands in code that the user sees, not in code that is skipped. */
  get inProgram(): boolean {
    const [first] = this.raw.callFrames;
    return first !== undefined && this.frameOf(first, first.location, first) !== undefined;
  }

  private collect(): ShownFrame[] {
    const frames: ShownFrame[] = [];
    for (const call of this.raw.callFrames) {
      const frame = this.frameOf(call, call.location, call);
      if (frame) frames.push(frame);
    }
    const last = frames.at(-1);
    if (last && 'script' in last && last.name === anonymous) last.name = 'program';
    for (let trace = this.raw.asyncStackTrace; trace; trace = trace.parent) {
      const past = trace.callFrames.flatMap((call) => this.frameOf(call, call) ?? []);
      if (past.length > 0) frames.push({ label: trace.description ?? 'async' }, ...past);
    }
    if (frames.length > 0) return frames;
    const wait = this.wait();
    if (wait?.at) frames.push({ name: describeWait(wait), at: wait.at });
    else frames.push({ label: wait?.idle ?? 'waits for an event; no code of the program runs' });
    return frames;
  }

  private frameOf(
    { functionName }: { functionName: string },
    at: { scriptId: Runtime.ScriptId; lineNumber: number; columnNumber?: number },
    call?: Debugger.CallFrame,
  ): ProgramFrame | undefined {
    const script = this.scripts.get(at.scriptId);
    if (!script || script.internal) return undefined;
    const generated = { line: at.lineNumber, column: at.columnNumber ?? 0 };
    const name = functionName || anonymous;
    if (!script.mapped) {
      return { name, script, generated, source: script.path ?? script.url, original: generated, call };
    }
    const original = script.mapped.map.originalPosition(generated);
    if (!original) return undefined;
    const shownName = script.mapped.namesOf(original.source).originalOf(name) ?? name;
    return { name: shownName, script, generated, source: original.source, original, call };
  }
}

const anonymous = '(anonymous)';
