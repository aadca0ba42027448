import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { program, withSession } from './dapSession';

const doomed = program('doomed.ts');
const kill = { fault: 'kill', node: 1, when: { printed: 'round 3' } };

describe('faults of a launch configuration', () => {
  test('befall the job that is debugged: its output tells them, and its failure names the node', () =>
    withSession(async (session) => {
      await session.launch({ program: doomed, nodes: 2, faults: { faults: [kill] }, faultSeed: 7 });
      await session.ended();
      assert.match(session.output('stdout'), /\[1\] round 3\n/);
      const told = session.output('console');
      assert.match(told, /The faults of this run come from seed 7\./);
      assert.match(told, /Fault after [\d.]+ s, by the plan: node 1 killed\./);
      assert.match(session.output('stderr'), /Node 1 was lost: it was killed on purpose, as a fault/);
    }));

  test('that make no sense keep the job from starting, and say where they are wrong', () =>
    withSession(async (session) => {
      await session.initialize();
      const launch = (faults: unknown) => session.request('launch', { program: doomed, nodes: 2, faults });
      await assert.rejects(
        launch({ faults: [{ ...kill, node: 'one' }] }),
        /"faults" of the launch configuration: faults\.0\.node must be a rank, and is "one"\./,
      );
      await assert.rejects(
        launch('nowhere.json'),
        /programs[\\/]nowhere\.json: the file does not exist: check the path\./,
      );
      await assert.rejects(
        launch({ faults: [{ ...kill, node: 7 }] }),
        /faults\.kill: there is no node 7; the ranks are 0 to 1\./,
      );
      assert.ok(!session.events.some(({ event }) => event === 'lockstep/jobStarted'));
    }));
});
