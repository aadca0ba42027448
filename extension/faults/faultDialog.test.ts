import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkFault, checkRanks } from '../../runtime/core/faultPlan';
import type { LastingFault } from '../../runtime/protocol/faults';
import type { FaultTarget } from './faultChoices';
import { type Asker, askFault, type Pick } from './faultDialog';

/** Answers by the label of what is picked, or by what is typed after a `=`; keeps what was offered. */
function person(...answers: string[]) {
  const offered: string[][] = [];
  const problems: (string | undefined)[] = [];
  const asker: Asker = {
    pick<Value>(_question: string, items: readonly Pick<Value>[]) {
      offered.push(items.map(({ label, value }) => (value === undefined ? `# ${label}` : label)));
      const answer = answers.shift();
      return Promise.resolve(items.find(({ label }) => label === answer)?.value);
    },
    type(_question, value, problem) {
      const answer = answers.shift();
      const typed = answer === '=' ? value : answer?.slice(1);
      problems.push(typed === undefined ? undefined : problem(typed));
      return Promise.resolve(typed);
    },
  };
  return { asker, offered, problems };
}

const nodes = (...ranks: number[]): FaultTarget => ({ type: 'nodes', ranks });
const link: FaultTarget = { type: 'link', from: 0, to: 2 };

async function decide(target: FaultTarget, answers: string[], active: LastingFault[] = []) {
  const decision = await askFault(person(...answers).asker, target, { size: 4, active });
  if (decision?.type !== 'inject') return decision;
  for (const fault of decision.faults) checkRanks(checkFault(fault), 4);
  return decision.faults;
}

describe('asking what is to go wrong', () => {
  it('makes faults that the coordinator takes', async () => {
    assert.deepEqual(await decide(nodes(1), ['Stop']), [{ fault: 'stop', node: 1 }]);
    assert.deepEqual(await decide(nodes(1, 2), ['Kill']), [
      { fault: 'kill', node: 1 },
      { fault: 'kill', node: 2 },
    ]);
    assert.deepEqual(await decide(nodes(1), ['Slow down…', '10 %']), [
      { fault: 'slow', node: 1, share: 0.1 },
    ]);
    assert.deepEqual(await decide(nodes(1), ['Delay…', '50 ms', 'Both']), [
      { fault: 'delay', ms: 50, from: 1 },
      { fault: 'delay', ms: 50, to: 1 },
    ]);
    assert.deepEqual(
      await decide(nodes(3), ['Limit the bandwidth…', 'Another…', '=2,5 Mbit/s', 'What node 3 receives']),
      [{ fault: 'bandwidth', mbit: 2.5, to: 3 }],
    );
    assert.deepEqual(
      await decide(nodes(0, 1), ['Lose some…', '10 %', 'What nodes 0, 1 send', 'Messages are lost for good']),
      [{ fault: 'loss', rate: 0.1, raw: true, from: [0, 1] }],
    );
    assert.deepEqual(
      await decide(link, ['Reorder some…', '50 %', 'From 2 to 0', 'Only that messages are late']),
      [{ fault: 'reorder', rate: 0.5, from: 2, to: 0 }],
    );
  });

  it('cuts a node off, a link both ways or one way, and a job by named sides', async () => {
    assert.deepEqual(await decide(nodes(1), ['Cut off']), [{ fault: 'cut', sides: [[1], [0, 2, 3]] }]);
    assert.deepEqual(await decide(link, ['Cut']), [{ fault: 'cut', sides: [0, 2] }]);
    assert.deepEqual(await decide(link, ['Cut from 0 to 2 alone']), [
      { fault: 'cut', sides: [0, 2], oneWay: true },
    ]);
    assert.deepEqual(await decide(nodes(0, 1), ['Partition by sides…', '=']), [
      {
        fault: 'cut',
        sides: [
          [0, 1],
          [2, 3],
        ],
      },
    ]);
    assert.deepEqual(await decide(nodes(0), ['Partition by sides…', '=3 | 0-1']), [
      { fault: 'cut', sides: [[3], [0, 1]] },
    ]);
  });

  it('offers what fits: continue to who is stopped, an end for each fault in force, no way to cut off all', async () => {
    const active: LastingFault[] = [
      { fault: 'stop', node: 1 },
      { fault: 'cut', sides: [1, 2] },
      { fault: 'delay', ms: 5, from: 3 },
    ];
    const { asker, offered } = person();
    await askFault(asker, nodes(1), { size: 4, active });
    assert.deepEqual(offered[0], [
      '# Heal',
      'End node 1 stopped',
      'End cut between node 1 and node 2',
      'Heal everything',
      '# Process',
      'Continue',
      'Slow down…',
      'Kill',
      '# Messages',
      'Cut off',
      'Partition by sides…',
      'Delay…',
      'Limit the bandwidth…',
      'Lose some…',
      'Double some…',
      'Reorder some…',
    ]);
    assert.deepEqual(await decide(nodes(1), ['End cut between node 1 and node 2'], active), {
      type: 'end',
      fault: active[1],
    });
    const all = person();
    await askFault(all.asker, nodes(0, 1, 2, 3), { size: 4, active: [] });
    assert.ok(!all.offered[0]?.some((label) => label.startsWith('Cut')));
    const alone = person();
    await askFault(alone.asker, nodes(0), { size: 1, active: [] });
    assert.ok(!alone.offered[0]?.includes('# Messages'));
  });

  it('says what is wrong with what was typed', async () => {
    const said = async (target: FaultTarget, ...answers: string[]) => {
      const { asker, problems } = person(...answers);
      await askFault(asker, target, { size: 4, active: [] });
      return problems[0];
    };
    assert.match((await said(nodes(1), 'Slow down…', 'Another…', '=0')) ?? '', /Between 1 and 100 %/);
    assert.match((await said(nodes(1), 'Delay…', 'Another…', '=soon')) ?? '', /A number, as in 20 ms/);
    assert.equal(await said(nodes(1), 'Delay…', 'Another…', '= 20ms '), undefined);
    assert.match(
      (await said(nodes(1), 'Partition by sides…', '=0 | 4')) ?? '',
      /no node 4: the ranks are 0 to 3/,
    );
    assert.match((await said(nodes(1), 'Partition by sides…', '=0 | 0-2')) ?? '', /Node 0 is on both sides/);
    assert.match((await said(nodes(1), 'Partition by sides…', '=0-3')) ?? '', /All nodes are on one side/);
    assert.match((await said(nodes(1), 'Partition by sides…', '=a | b')) ?? '', /Two sides, as in/);
    assert.equal(await said(nodes(1), 'Partition by sides…', '=2'), undefined);
  });

  it('does nothing where an answer is refused', async () => {
    const ways = [
      [],
      ['Delay…'],
      ['Delay…', '50 ms'],
      ['Lose some…', '10 %', 'Both'],
      ['Partition by sides…'],
    ];
    for (const answers of ways) assert.equal(await decide(nodes(1), answers), undefined, answers.join());
  });
});
