import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import schema from '../../media/faults.schema.json';
import manifest from '../../package.json';
import type { LockstepError } from '../protocol/errors';
import { nemesisFaults } from '../protocol/faults';
import { checkFault, checkFaultPlan, checkRanks, parseFaultPlan, readFaultPlan } from './faultPlan';

const wrongPlans: [plan: string, message: RegExp][] = [
  [
    '{"faults": [{"fault": "loss", "rate": 1.5}]}',
    /^plan: faults\.0\.rate must be a share from 0 to 1, and is 1\.5\.$/,
  ],
  ['{"faults": [{"fault": "los"}]}', /^plan: faults\.0\.fault must be one of delay, .*, and is "los"\.$/],
  ['{"faults": [{"fault": "delay"}]}', /^plan: faults\.0\.ms is missing\.$/],
  ['{"faults": [{"fault": "delay", "ms": 1, "form": 0}]}', /^plan: faults\.0\.form is not known here/],
  ['{"faults": [{"fault": "cut", "sides": [[0]]}]}', /^plan: faults\.0\.sides/],
  [
    '{"faults": [{"fault": "delay", "ms": 1, "to": -1}]}',
    /^plan: faults\.0\.to must be a rank or a list of ranks/,
  ],
  [
    '{"faults": [{"fault": "kill", "node": 1, "when": {"line": 3}}]}',
    /^plan: faults\.0\.when must be \{"printed"/,
  ],
  [
    '{"faults": [{"fault": "slow", "node": 1, "share": 0}]}',
    /^plan: faults\.0\.share must be a share of a processor/,
  ],
  [
    '{"nemesis": {"faults": ["heal"]}}',
    /^plan: nemesis\.faults\.0 must be one of delay, .*, and is "heal"\.$/,
  ],
  ['{"seed": -1}', /^plan: seed must be a whole number from 0 on, and is -1\.$/],
  ['{"seed": 1', /^plan: the file is not valid JSON/],
  [
    '[{"fault": "heal"}]',
    /^plan: the plan must be an object, as in \{"faults".*, and is \[\{"fault":"heal"\}\]\.$/,
  ],
  ['null', /^plan: the plan must be an object, as in .*, and is null\.$/],
];

describe('plans of faults', () => {
  for (const [plan, message] of wrongPlans) {
    it(`says what is wrong with ${plan}`, () => {
      assert.throws(() => parseFaultPlan(plan, 'plan'), { code: 'badFaultPlan', message });
    });
  }

  it('takes every fault, with comments', () => {
    const plan = parseFaultPlan(
      `{
        "seed": 7, // as before
        "faults": [
          { "fault": "delay", "from": 0, "to": [1, 2], "ms": 20, "jitter": 5, "atMs": 100, "forMs": 50 },
          { "fault": "cut", "sides": [[0, 1], 2], "oneWay": true, "raw": true, "when": { "printed": "x", "node": 1 } },
          { "fault": "stop", "node": 1, "when": { "dead": 2 } },
          { "fault": "heal", "atMs": 500 }
        ],
        "nemesis": { "faults": ["stop", "kill"], "everyMs": 100, "count": 3, "spare": [0] }
      }`,
      'plan',
    );
    assert.deepEqual([plan.seed, plan.faults?.length, plan.nemesis?.count], [7, 4, 3]);
  });

  it('takes only so much of a long value into the sentence', () => {
    const asked = Array.from({ length: 1000 }, () => ({ fault: 'heal' }));
    assert.throws(
      () => checkFaultPlan(asked, 'plan'),
      (error: LockstepError) => {
        assert.match(error.message, /and is \[\{"fault":"heal"\},.*…\.$/);
        return error.message.length < 250;
      },
    );
  });

  it('names a file that is not there, and one that is none', () => {
    const nowhere = join(tmpdir(), 'lockstep-nowhere', 'plan.json');
    const problem = (file: string, what: string) => ({
      code: 'badFaultPlan',
      message: `${file}: the file ${what}.`,
    });
    assert.throws(() => readFaultPlan(nowhere), problem(nowhere, 'does not exist: check the path'));
    const folder = tmpdir();
    assert.throws(() => readFaultPlan(folder), problem(folder, 'cannot be read (EISDIR)'));
  });

  it('refuses a fault that makes no sense, and ranks that a job has not', () => {
    const refused = (code: string, message: RegExp) => (error: LockstepError) =>
      error.code === code && message.test(error.message);
    assert.throws(
      () => checkFault({ fault: 'loss', rate: 2 }),
      refused('badFault', /^faults\.loss: rate must be a share from 0 to 1, and is 2\.$/),
    );
    assert.throws(() => checkFault(undefined), refused('badFault', /./));
    assert.throws(
      () => checkRanks({ fault: 'cut', sides: [0, [1, 4]] }, 4),
      refused('badFault', /^faults\.cut: there is no node 4; the ranks are 0 to 3\.$/),
    );
    checkRanks({ fault: 'delay', ms: 1, from: 3 }, 4);
  });
});

describe('the JSON schema of plans', () => {
  it('knows the faults, their properties and what must be there, as the check does', () => {
    const kinds = schema.properties.faults.items.properties.fault.enum;
    for (const kind of kinds) {
      const { properties, required } = schema.definitions[kind as 'delay'];
      const examples: Record<string, unknown> = {
        ...{ fault: kind, from: 0, to: [1, 2], ms: 1, jitter: 1, mbit: 1, rate: 0.5, raw: true, node: 0 },
        ...{ sides: [0, [1]], oneWay: true, share: 0.5, atMs: 1, forMs: 1, when: { dead: 1 } },
      };
      const whole = Object.fromEntries(Object.keys(properties).map((name) => [name, examples[name]]));
      const parse = (fault: object) => parseFaultPlan(JSON.stringify({ faults: [fault] }), 'plan');
      parse(whole);
      for (const name of Object.keys(examples)) {
        if (!(name in properties))
          assert.throws(() => parse({ ...whole, [name]: examples[name] }), { code: 'badFaultPlan' });
      }
      for (const name of Object.keys(properties)) {
        const without = Object.fromEntries(Object.entries(whole).filter(([each]) => each !== name));
        if (required.includes(name)) assert.throws(() => parse(without), { code: 'badFaultPlan' });
        else parse(without);
      }
    }
    assert.deepEqual(schema.properties.nemesis.properties.faults.items.enum, [...nemesisFaults]);
  });

  it('is what the attribute "faults" of a launch configuration says, as far as that goes', () => {
    const [lockstep] = manifest.contributes.debuggers;
    assert.ok(lockstep);
    const { properties } = lockstep.configurationAttributes.launch.properties.faults;
    const { seed, faults, nemesis } = schema.properties;
    const { fault } = properties.faults.items.properties;
    assert.deepEqual(properties.seed, seed);
    assert.deepEqual(fault.enum, faults.items.properties.fault.enum);
    assert.deepEqual(
      [properties.faults.description, properties.nemesis.description],
      [faults.description, nemesis.description],
    );
    const known = Object.keys(schema.properties).filter((name) => name !== '$schema');
    assert.deepEqual(Object.keys(properties), known);
  });
});
