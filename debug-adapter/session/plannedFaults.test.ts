import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { plannedFaults } from './plannedFaults';

const kill = { faults: [{ fault: 'kill', node: 1, when: { printed: 'round 3' } }] };

describe('faults of a launch configuration', () => {
  let folder = '';
  let program = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'lockstep-plan-'));
    program = join(folder, 'ring.ts');
  });
  after(() => rmSync(folder, { recursive: true }));

  it('are none where it names none', () => {
    assert.equal(plannedFaults({ program }), undefined);
  });

  it('are a plan in it; its seed is the newer word', () => {
    assert.deepEqual(plannedFaults({ program, faults: kill }), kill);
    assert.deepEqual(plannedFaults({ program, faults: { seed: 3, ...kill } })?.seed, 3);
    assert.deepEqual(plannedFaults({ program, faults: { seed: 3, ...kill }, faultSeed: 0 })?.seed, 0);
    assert.deepEqual(plannedFaults({ program, faultSeed: 7 }), { seed: 7 });
  });

  it('are in a file, whose path is taken from the folder of the program', () => {
    const file = join(folder, 'faults.json');
    writeFileSync(file, `${JSON.stringify(kill)} // as in the lecture`);
    for (const faults of ['faults.json', './faults.json', file]) {
      assert.deepEqual(plannedFaults({ program, faults }), kill);
    }
  });

  it('say in a sentence what is wrong: the file, the place, the value', () => {
    const file = join(folder, 'wrong.json');
    writeFileSync(file, '{"faults": [{"fault": "loss", "rate": 2}]}');
    const refused = (faults: unknown, message: string) =>
      assert.throws(() => plannedFaults({ program, faults }), { code: 'badFaultPlan', message });
    refused('wrong.json', `${file}: faults.0.rate must be a share from 0 to 1, and is 2.`);
    refused('no.json', `${join(folder, 'no.json')}: the file does not exist: check the path.`);
    const own = '"faults" of the launch configuration:';
    refused({ faults: [{ fault: 'kill', node: -1 }] }, `${own} faults.0.node must be a rank, and is -1.`);
    const object = 'the plan must be an object, as in {"faults": [{"fault": "kill", "node": 1}]}';
    refused(kill.faults, `${own} ${object}, and is ${JSON.stringify(kill.faults)}.`);
    refused(7, `${own} ${object}, and is 7.`);
  });
});
