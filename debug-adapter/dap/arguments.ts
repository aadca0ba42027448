/** Guards for what comes from the client: every request's arguments are checked here before anything reads them. */
import * as v from 'valibot';
import { LockstepError } from '../../runtime/protocol/errors';
import { transportNames } from '../../runtime/protocol/job';
import { mpiFamilies } from '../../runtime/protocol/mpi';
import type { RequestHandler } from './dapConnection';
import { breakpointModes } from './protocol';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const seedProblem = ({ received }: { received: string }) =>
  `must be a whole number from 0 to 4294967295, and is ${received}`;
const seed = v.pipe(
  v.number(seedProblem),
  v.integer(seedProblem),
  v.minValue(0, seedProblem),
  v.maxValue(2 ** 32 - 1, seedProblem),
);
const launcher = 'must be a path, or a list of a path and options';
const format = v.optional(v.looseObject({ hex: v.optional(v.boolean()) }));
const step = v.picklist(['node', 'together']);
const source = v.looseObject({
  path: v.optional(v.string()),
  name: v.optional(v.string()),
  sourceReference: v.optional(v.number()),
});

/** The arguments of each request, as far as the adapter reads them. */
const argumentsOf = {
  nothing: v.optional(v.looseObject({}), {}),
  initialize: v.looseObject({
    linesStartAt1: v.optional(v.boolean(), true),
    columnsStartAt1: v.optional(v.boolean(), true),
    pathFormat: v.optional(v.string(), 'path'),
  }),
  /** A launch configuration: starts a program (an absolute path) on a cluster and debugs it. */
  launch: v.looseObject({
    program: v.string(),
    nodes: v.optional(v.number()),
    cluster: v.optional(v.string()),
    transport: v.optional(v.picklist(transportNames)),
    args: v.optional(v.array(v.string()), []),
    env: v.optional(v.record(v.string(), v.string()), {}),
    cwd: v.optional(v.string()),
    /** Which MPI's launcher is to start the nodes; true: whichever there is. */
    mpi: v.optional(v.union([v.boolean(), v.picklist(mpiFamilies)], 'must be true, "mpich" or "openmpi"')),
    /** The launcher: its path, or its path and options; alone, it means that there is to be one. */
    mpiexec: v.optional(
      v.union(
        [v.pipe(v.string(), v.minLength(1, launcher)), v.pipe(v.array(v.string()), v.minLength(1, launcher))],
        launcher,
      ),
    ),
    eagerLimitBytes: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
    faultTolerant: v.optional(v.boolean()),
    /** A plan of faults, or the path of its file; checked by who reads plans. */
    faults: v.optional(v.unknown()),
    faultSeed: v.optional(seed),
    /** A folder, from the program's on. */
    journal: v.optional(v.string()),
    stopOnEntry: v.optional(v.boolean(), false),
    step: v.optional(step),
    /** Only output and the end are reported; nothing stops. */
    noDebug: v.optional(v.boolean(), false),
  }),
  /** An attach configuration: debugs a job that runs; absent: the newest one, of any coordinator of this user. */
  attach: v.looseObject({
    job: v.optional(v.string()),
    runDirectory: v.optional(v.string()),
    step: v.optional(step),
  }),
  restart: v.optional(v.looseObject({ arguments: v.optional(v.unknown()) }), {}),
  disconnect: v.optional(v.looseObject({ terminateDebuggee: v.optional(v.boolean()) }), {}),
  setBreakpoints: v.looseObject({
    source,
    breakpoints: v.optional(
      v.array(
        v.looseObject({
          line: v.number(),
          column: v.optional(v.number()),
          condition: v.optional(v.string()),
          hitCondition: v.optional(v.string()),
          logMessage: v.optional(v.string()),
          mode: v.optional(v.picklist(breakpointModes)),
        }),
      ),
      [],
    ),
  }),
  setFunctionBreakpoints: v.looseObject({ breakpoints: v.array(v.looseObject({ name: v.string() })) }),
  setExceptionBreakpoints: v.looseObject({
    filters: v.array(v.string()),
    filterOptions: v.optional(
      v.array(v.looseObject({ filterId: v.string(), condition: v.optional(v.string()) })),
      [],
    ),
  }),
  breakpointLocations: v.looseObject({
    source,
    line: v.number(),
    column: v.optional(v.number()),
    endLine: v.optional(v.number()),
    endColumn: v.optional(v.number()),
  }),
  thread: v.looseObject({ threadId: v.number() }),
  threads: v.looseObject({ threadIds: v.optional(v.array(v.number()), []) }),
  stackTrace: v.looseObject({
    threadId: v.number(),
    startFrame: v.optional(count, 0),
    levels: v.optional(count, 0),
  }),
  frame: v.looseObject({ frameId: v.number() }),
  location: v.looseObject({ locationReference: v.number() }),
  variables: v.looseObject({
    variablesReference: v.number(),
    filter: v.optional(v.picklist(['indexed', 'named'])),
    start: v.optional(count, 0),
    count: v.optional(count, 0),
    format,
  }),
  setVariable: v.looseObject({
    variablesReference: v.number(),
    name: v.string(),
    value: v.string(),
    format,
  }),
  evaluate: v.looseObject({
    expression: v.string(),
    frameId: v.optional(v.number()),
    context: v.optional(v.string(), 'repl'),
    format,
  }),
  setExpression: v.looseObject({
    expression: v.string(),
    value: v.string(),
    frameId: v.optional(v.number()),
    format,
  }),
  completions: v.looseObject({
    frameId: v.optional(v.number()),
    text: v.string(),
    column: v.number(),
    line: v.optional(v.number()),
  }),
  source: v.looseObject({ source: v.optional(source), sourceReference: v.optional(v.number()) }),
  step: v.looseObject({
    threadId: v.number(),
    kind: v.picklist(['next', 'stepIn', 'stepOut', 'continue']),
    scope: step,
  }),
  setStep: v.looseObject({ step }),
};

/** The checked arguments of a request. */
export type ArgumentsOf<K extends keyof typeof argumentsOf> = v.InferOutput<(typeof argumentsOf)[K]>;

/** A handler that runs with arguments of this kind, and throws `badRequest` for others. */
export function accepting<K extends keyof typeof argumentsOf>(
  command: string,
  kind: K,
  run: (input: ArgumentsOf<K>) => unknown,
): RequestHandler {
  return (input) => {
    const result = v.safeParse(argumentsOf[kind], input);
    if (!result.success) {
      const [issue] = result.issues;
      const path = v.getDotPath(issue);
      throw new LockstepError('badRequest', {
        command,
        problem: `${path ?? 'arguments'}: ${issue.message}`,
      });
    }
    return run(result.output);
  };
}

/** A line of the table of requests: a command, the kind of its arguments, and what answers it. */
export function answer<K extends keyof typeof argumentsOf>(
  command: string,
  kind: K,
  run: (input: ArgumentsOf<K>) => unknown,
): Record<string, RequestHandler> {
  return { [command]: accepting(command, kind, run) };
}
