import { basename } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { BreakpointMode } from '../dap/protocol';
import { escapePattern } from '../sources/paths';
import type { Position } from '../sources/sourceMap';
import { compileCondition } from './compile';
import { describeConditionError, parseCondition } from './condition';
import { type HitTest, parseHitCondition } from './hitCondition';
import { type LogPiece, parseLogMessage } from './logMessage';
import { ConditionError, RankSet } from './rankSet';

/** A breakpoint as the client asks for it; line and column count from 0. */
export interface RequestedBreakpoint {
  line: number;
  column?: number;
  condition?: string;
  hitCondition?: string;
  logMessage?: string;
  mode?: BreakpointMode;
}

/** A breakpoint in a source file: what the user wrote, understood, and where it came to lie. */
export class SourceBreakpoint {
  ranks = RankSet.all;
  /** Why it can never stop, in words for the user. */
  readonly problem: string | undefined;
  readonly log: LogPiece[] | undefined;
  readonly mode: BreakpointMode;
  /** Where it lies, once that is known. */
  location: Position | undefined;
  verified = false;
  /** Why it is not verified. */
  message: string | undefined;
  private readonly expression: string | undefined;
  private readonly hits: HitTest | undefined;

  constructor(
    readonly id: number,
    readonly path: string,
    readonly requested: RequestedBreakpoint,
  ) {
    const { condition, hitCondition, logMessage } = requested;
    this.mode = requested.mode ?? 'node';
    let part = ['Condition', condition];
    try {
      const parsed = parseCondition(condition);
      this.ranks = parsed.ranks;
      this.expression = parsed.expression;
      part = ['Hit count', hitCondition];
      this.hits = hitCondition?.trim() ? parseHitCondition(hitCondition) : undefined;
      part = ['Log message', logMessage];
      this.log = logMessage ? parseLogMessage(logMessage) : undefined;
    } catch (error) {
      if (!(error instanceof ConditionError)) throw error;
      this.problem = describeConditionError(part[0] as string, part[1] as string, error);
    }
  }

  /** True when the client asks for the same breakpoint again. */
  isFor(requested: RequestedBreakpoint): boolean {
    return (
      this.requested.line === requested.line &&
      this.requested.column === requested.column &&
      (this.requested.condition ?? '') === (requested.condition ?? '') &&
      (this.requested.hitCondition ?? '') === (requested.hitCondition ?? '') &&
      (this.requested.logMessage ?? '') === (requested.logMessage ?? '') &&
      this.mode === (requested.mode ?? 'node')
    );
  }

  /** The inspector's condition; `translate` fits the user's names to the script. */
  condition(translate: (expression: string) => string): string | undefined {
    return compileCondition(
      { id: this.id, expression: this.expression, hits: this.hits, log: this.log, place: this.place },
      translate,
    );
  }

  /** `pagerank.ts:12`. */
  get place(): string {
    return `${basename(this.path)}:${(this.location ?? this.requested).line + 1}`;
  }

  /** True when it can print this line: all that is fixed in its message is there, in order. */
  prints(line: string): boolean {
    if (!this.log?.some((piece) => 'text' in piece && piece.text.trim() !== '')) return false;
    const pattern = this.log.map((piece) => ('text' in piece ? escapePattern(piece.text) : '.*'));
    return new RegExp(`^${pattern.join('')}$`, 's').test(line);
  }

  /** As the client is told of it, in its own counting of lines and columns. */
  toDap(source: DebugProtocol.Source, lineBase: number, columnBase: number): DebugProtocol.Breakpoint {
    const { line, column } = this.location ?? this.requested;
    // Told a column, an editor would draw the breakpoint inside the line.
    const hasColumn = this.requested.column !== undefined && column !== undefined;
    return {
      id: this.id,
      verified: this.verified,
      message: this.message,
      reason: this.verified ? undefined : this.problem ? 'failed' : 'pending',
      source,
      line: line + lineBase,
      column: hasColumn ? column + columnBase : undefined,
    };
  }
}
