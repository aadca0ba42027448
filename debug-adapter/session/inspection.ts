/** Answers of one job's session to what the client asks about stopped nodes. */
import { basename } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { LockstepError } from '../../runtime/protocol/errors';
import type { SourceLocation } from '../../runtime/protocol/node';
import { ConditionError } from '../breakpoints/rankSet';
import type { ArgumentsOf } from '../dap/arguments';
import type { ClientView } from '../dap/clientView';
import { type CommunicationSources, communicationScopes, sentAt } from '../values/communicationScopes';
import { completionsFor, typedAt } from '../values/completions';
import type { ValueContext } from '../values/context';
import { evaluate } from '../values/context';
import { evaluateFor, evaluateOnNodes, forSeveralNodes } from '../values/evaluateRequest';
import { scopesOf } from '../values/scopes';
import type { DebuggedNode } from './debuggedNode';
import type { JobSession } from './jobSession';
import type { Pause, ShownFrame } from './pause';
import { requireShown } from './stops';

export class Inspection {
  /** Places that values stand for; the number of one is its index plus one. */
  private readonly places: SourceLocation[] = [];
  private readonly sources: CommunicationSources;

  constructor(
    private readonly session: JobSession,
    private readonly view: ClientView,
  ) {
    this.sources = {
      store: session.values,
      locate: (at) => this.places.push(at),
      sentAt: (rank, ...message) => sentAt(session.nodes.get(rank), ...message),
    };
  }

  stackTrace(input: ArgumentsOf<'stackTrace'>): DebugProtocol.StackTraceResponse['body'] {
    const node = requireShown(this.session.nodeOf(input.threadId));
    const pause = node.pause as Pause;
    const { frames } = pause;
    const end = input.levels > 0 ? input.startFrame + input.levels : undefined;
    const page = frames.slice(input.startFrame, end);
    return {
      stackFrames: page.map((frame) => this.frame(node, pause, frame)),
      totalFrames: frames.length,
    };
  }

  scopes({ frameId }: ArgumentsOf<'frame'>): DebugProtocol.ScopesResponse['body'] {
    const { values } = this.session;
    const context = this.session.frames.get(frameId);
    const ofFrame = context.frame ? scopesOf(values, { ...context, frame: context.frame }) : [];
    const global = ofFrame.findIndex(({ expensive }) => expensive);
    ofFrame.splice(global < 0 ? ofFrame.length : global, 0, ...communicationScopes(this.sources, context));
    return { scopes: ofFrame };
  }

  /** The place in a source that a value stands for. */
  location({ locationReference }: ArgumentsOf<'location'>): DebugProtocol.LocationsResponse['body'] {
    const at = this.places[locationReference - 1];
    if (!at) throw new LockstepError('staleReference', { what: `Location ${locationReference}` });
    return {
      source: this.view.sourceOut({ name: basename(at.file), path: at.file }),
      line: this.view.lineOut(at.line - 1),
      column: this.view.columnOut(at.column - 1),
    };
  }

  async variables(input: ArgumentsOf<'variables'>): Promise<DebugProtocol.VariablesResponse['body']> {
    const { filter, start, count, format, variablesReference } = input;
    const { values } = this.session;
    if (values.isPastScope(variablesReference)) return { variables: [] };
    const container = values.get(variablesReference);
    return { variables: await container.list({ filter, start, count, hex: format?.hex ?? false }) };
  }

  async setVariable(input: ArgumentsOf<'setVariable'>): Promise<DebugProtocol.SetVariableResponse['body']> {
    const { values } = this.session;
    const container = values.get(input.variablesReference);
    if (!container.set) {
      throw new LockstepError('evaluationFailed', { message: `${input.name} cannot be set` });
    }
    const value = await container.set(input.name, input.value);
    return values.show(container.context, value, input.format?.hex ?? false);
  }

  async evaluate(input: ArgumentsOf<'evaluate'>): Promise<DebugProtocol.EvaluateResponse['body']> {
    const { expression, context: purpose, frameId, format } = input;
    const hex = format?.hex ?? false;
    const several = purpose === 'repl' || purpose === 'watch' ? readSeveral(expression) : undefined;
    if (several) {
      const nodes = this.live().filter(({ rank }) => several.ranks.has(rank));
      const contexts = nodes.map((node) => this.topOf(node));
      return evaluateOnNodes(this.session.values, contexts, several.expression, hex);
    }
    return evaluateFor(this.session.values, this.contextOf(frameId), expression, purpose, hex);
  }

  async setExpression(
    input: ArgumentsOf<'setExpression'>,
  ): Promise<DebugProtocol.SetExpressionResponse['body']> {
    const context = this.contextOf(input.frameId);
    const value = await evaluate(context, `${input.expression} = (${input.value})`);
    return this.session.values.show(context, value, input.format?.hex ?? false, input.expression);
  }

  async completions(input: ArgumentsOf<'completions'>): Promise<DebugProtocol.CompletionsResponse['body']> {
    const lines = input.text.split('\n');
    const line = lines[input.line === undefined ? 0 : this.view.lineIn(input.line)] ?? '';
    const typed = typedAt(line.slice(0, this.view.columnIn(input.column)));
    if (!typed) return { targets: [] };
    return { targets: await completionsFor(this.contextOf(input.frameId), typed) };
  }

  private contextOf(frameId: number | undefined): ValueContext {
    if (frameId !== undefined) return this.session.frames.get(frameId);
    const live = this.live();
    const node = live.find(({ shown }) => shown) ?? live[0];
    if (!node) throw new LockstepError('unknownThread', { thread: 1 });
    return { node };
  }

  private topOf(node: DebuggedNode): ValueContext {
    const frame = node.pause?.top;
    return node.shown && frame?.call ? { node, pause: node.pause, frame } : { node };
  }

  private live(): DebuggedNode[] {
    return [...this.session.nodes.values()].filter(({ ended }) => !ended).sort((a, b) => a.rank - b.rank);
  }

  private frame(node: DebuggedNode, pause: Pause, frame: ShownFrame): DebugProtocol.StackFrame {
    const { frames, catalog } = this.session;
    if ('label' in frame) {
      return { id: frames.reserve(), name: frame.label, line: 0, column: 0, presentationHint: 'label' };
    }
    if ('at' in frame) {
      const { name, at } = frame;
      const content = catalog.program.map.contentOf(at.file);
      return {
        id: frames.add({ node, pause }),
        name,
        source: this.view.sourceOut(catalog.describe(at.file, { content })),
        line: this.view.lineOut(at.line - 1),
        column: this.view.columnOut(at.column - 1),
      };
    }
    const { script, source, original } = frame;
    const content = script.mapped?.map.contentOf(source);
    const origin = content === undefined ? { script: { rank: node.rank, scriptId: script.id } } : { content };
    return {
      id: frame.call ? frames.add({ node, pause, frame }) : frames.reserve(),
      name: frame.name,
      source: this.view.sourceOut(catalog.describe(source, origin)),
      line: this.view.lineOut(original.line),
      column: this.view.columnOut(original.column),
      presentationHint: 'normal',
    };
  }
}

function readSeveral(expression: string): ReturnType<typeof forSeveralNodes> {
  try {
    return forSeveralNodes(expression);
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    throw new LockstepError('evaluationFailed', { message: error.message }, { cause: error });
  }
}
