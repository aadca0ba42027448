/** Reads and checks plans of faults, and single faults that somebody asks for. */
import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { maximumNodes } from '../protocol/configuration';
import { LockstepError } from '../protocol/errors';
import { type Fault, type FaultPlan, nemesisFaults, type Ranks } from '../protocol/faults';
import { parseCommentedJson } from './commentedJson';

const number = (what: string, holds: (value: number) => boolean) =>
  v.pipe(v.number(`must be ${what}`), v.check(holds, `must be ${what}`));
const milliseconds = number('a time in milliseconds, 0 or more', (value) => value >= 0 && value < 1e9);
const share = number('a share from 0 to 1', (value) => value >= 0 && value <= 1);
const isRank = (value: number) => Number.isInteger(value) && value >= 0 && value < maximumNodes;
const rank = number('a rank', isRank);
const ranksProblem = 'must be a rank or a list of ranks, as in [0, 1]';
const oneRank = v.pipe(v.number(), v.check(isRank, ranksProblem));
const ranks = v.union([oneRank, v.pipe(v.array(oneRank), v.minLength(1, ranksProblem))], ranksProblem);
const flag = v.optional(v.boolean('must be true or false'));
const edges = { from: v.optional(ranks), to: v.optional(ranks) };
const when = v.union(
  [
    v.strictObject({ printed: v.pipe(v.string(), v.minLength(1)), node: v.optional(rank) }),
    v.strictObject({ dead: rank }),
  ],
  'must be {"printed": "some text"} or {"dead": 1}',
);
const timing = { atMs: v.optional(milliseconds), forMs: v.optional(milliseconds), when: v.optional(when) };

const kinds = {
  delay: { ms: milliseconds, jitter: v.optional(milliseconds), ...edges },
  bandwidth: { mbit: number('a number of megabits a second above 0', (value) => value > 0), ...edges },
  loss: { rate: share, raw: flag, ...edges },
  duplicate: { rate: share, raw: flag, ...edges },
  reorder: { rate: share, ms: v.optional(milliseconds), raw: flag, ...edges },
  cut: {
    sides: v.tuple([ranks, ranks], 'must be two sides, as in [[0, 1], [2, 3]]'),
    oneWay: flag,
    raw: flag,
  },
  kill: { node: rank },
  stop: { node: rank },
  continue: { node: rank },
  slow: {
    node: rank,
    share: number('a share of a processor, above 0 and at most 1', (value) => value > 0 && value <= 1),
  },
  heal: {},
};
type Kind = keyof typeof kinds;

const names = Object.keys(kinds) as Kind[];
const kindProblem = `must be one of ${names.join(', ')}`;

const schemaOf = (more: v.ObjectEntries) =>
  v.variant(
    'fault',
    names.map((name) => v.strictObject({ fault: v.literal(name), ...kinds[name], ...more })) as [
      v.StrictObjectSchema<{ fault: v.LiteralSchema<Kind, undefined> }, undefined>,
    ],
    kindProblem,
  );
const single = schemaOf({});

const planFields = v.strictObject({
  $schema: v.optional(v.string()),
  seed: v.optional(
    number('a whole number from 0 on', (value) => Number.isInteger(value) && value >= 0 && value < 2 ** 32),
  ),
  faults: v.optional(v.array(schemaOf(timing), 'must be a list of faults')),
  nemesis: v.optional(
    v.strictObject({
      faults: v.optional(
        v.pipe(
          v.array(v.picklist(nemesisFaults, `must be one of ${nemesisFaults.join(', ')}`)),
          v.minLength(1, 'must name a fault'),
        ),
      ),
      everyMs: v.optional(number('a time in milliseconds, 10 or more', (value) => value >= 10)),
      count: v.optional(number('a whole number from 1 on', (value) => Number.isInteger(value) && value > 0)),
      spare: v.optional(ranks),
    }),
  ),
});

/** So much of a wrong value is shown. */
const longestValue = 80;

const planProblem = 'must be an object, as in {"faults": [{"fault": "kill", "node": 1}]}';
const plan = v.pipe(
  v.unknown(),
  v.check((value) => typeof value === 'object' && value !== null && !Array.isArray(value), planProblem),
  planFields,
);

/** The plan in a file. Throws LockstepError(badFaultPlan), which names the file, the place, and the value. */
export function readFaultPlan(file: string): FaultPlan {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const problem = code === 'ENOENT' ? 'does not exist: check the path' : `cannot be read (${code})`;
    throw new LockstepError('badFaultPlan', { file, place: 'the file', problem });
  }
  return parseFaultPlan(text, file);
}

/** The plan in the text of a file. Throws LockstepError(badFaultPlan). */
export function parseFaultPlan(text: string, file: string): FaultPlan {
  let json: unknown;
  try {
    json = parseCommentedJson(text);
  } catch (error) {
    const problem = `is not valid JSON: ${(error as Error).message}`;
    throw new LockstepError('badFaultPlan', { file, place: 'the file', problem });
  }
  return checkFaultPlan(json, file);
}

/** A plan that somebody has written down, in a file or whatever else `file` names. Throws LockstepError(badFaultPlan). */
export function checkFaultPlan(asked: unknown, file: string): FaultPlan {
  const result = v.safeParse(plan, asked);
  if (result.success) return result.output as FaultPlan;
  const [issue] = result.issues;
  throw new LockstepError('badFaultPlan', { file, ...problemOf(issue, 'the plan') });
}

/** A fault that somebody asks for. Throws LockstepError(badFault). */
export function checkFault(asked: unknown): Fault {
  const result = v.safeParse(single, asked);
  if (result.success) return result.output as Fault;
  const [issue] = result.issues;
  const { place, problem } = problemOf(issue, 'it');
  const { fault } = (asked ?? {}) as { fault?: string };
  throw new LockstepError('badFault', { fault: `faults.${String(fault)}`, problem: `${place} ${problem}` });
}

/** Throws LockstepError(badFault) if the fault names a rank that a job of this size has not. */
export function checkRanks(fault: Fault, size: number): void {
  for (const each of ranksOf(fault)) {
    if (each < size) continue;
    const problem = `there is no node ${each}; the ranks are 0 to ${size - 1}`;
    throw new LockstepError('badFault', { fault: `faults.${fault.fault}`, problem });
  }
}

function ranksOf(fault: Fault): number[] {
  const all = (some: Ranks | undefined): readonly number[] =>
    some === undefined ? [] : typeof some === 'number' ? [some] : some;
  if ('node' in fault) return [fault.node];
  if ('sides' in fault) return fault.sides.flatMap(all);
  if (fault.fault === 'heal') return [];
  return [...all(fault.from), ...all(fault.to)];
}

function problemOf(issue: v.BaseIssue<unknown>, whole: string): { place: string; problem: string } {
  const place = v.getDotPath(issue) ?? whole;
  if (issue.type === 'strict_object' && issue.expected === 'never') {
    return { place, problem: 'is not known here: look for a misspelling' };
  }
  if (issue.input === undefined) return { place, problem: 'is missing' };
  const must = issue.message.startsWith('must') ? issue.message : `is wrong (${issue.message})`;
  const value = `${JSON.stringify(issue.input)}`;
  const short = value.length > longestValue ? `${value.slice(0, longestValue)}…` : value;
  return { place, problem: `${must}, and is ${short}` };
}
