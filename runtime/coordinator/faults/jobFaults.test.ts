import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FakeClock } from '../../core/testing/fakeClock';
import { describeFault, type FaultPlan, type LostMessages } from '../../protocol/faults';
import { JobFaults } from './jobFaults';

function faulty(plan?: FaultPlan, lost: LostMessages[][] = []) {
  const clock = new FakeClock();
  const did: string[] = [];
  let told: string[] = [];
  const faults: JobFaults = new JobFaults(
    {
      size: 4,
      clock,
      monotonicMs: () => 5000 + clock.nowMs(),
      tell: async ({ faults: now }) => void (told = now.map(describeFault)),
      kill: (rank) => did.push(`kill ${rank}`),
      throttle: (rank, share) => (did.push(`throttle ${rank} ${share}`), rank !== 3),
      lost: (rank) => lost[rank] ?? [],
      happened: ({ timeMs, fault, by, ended }) =>
        did.push(`${timeMs} ${by} ${fault.fault}${ended ? ' ended' : ''}`),
    },
    plan,
  );
  return { faults, clock, did, told: () => told };
}

describe('faults of a job', () => {
  it('happen at their times, and end', () => {
    const { faults, clock, did, told } = faulty({
      seed: 3,
      faults: [
        { fault: 'delay', ms: 5 },
        { fault: 'cut', sides: [0, 1], atMs: 100, forMs: 50 },
        { fault: 'stop', node: 1, atMs: 120, forMs: 10 },
        { fault: 'kill', node: 2, atMs: 200, forMs: 10 },
      ],
    });
    assert.deepEqual(faults.begin(), { version: 1, seed: 3, faults: [{ fault: 'delay', ms: 5 }] });
    clock.advance(110);
    assert.deepEqual(told(), ['delay of 5 ms between all nodes', 'cut between node 0 and node 1']);
    assert.equal(faults.cutsLast, false, 'it will be healed');
    clock.advance(500);
    assert.deepEqual(told(), ['delay of 5 ms between all nodes']);
    assert.deepEqual(did, [
      '0 plan delay',
      '100 plan cut',
      'throttle 1 0',
      '120 plan stop',
      'throttle 1 1',
      '130 plan stop ended',
      '150 plan cut ended',
      'kill 2',
      '200 plan kill',
    ]);
  });

  it('are announced from the beginning if they are to come later', () => {
    const [cut] = [{ fault: 'cut', sides: [0, 1], atMs: 100 }] as const;
    const none = { version: 1, seed: 3, faults: [] };
    assert.deepEqual(faulty({ seed: 3, faults: [cut] }).faults.begin(), none);
    assert.deepEqual(faulty({ seed: 3, nemesis: {} }).faults.begin(), none);
    assert.equal(faulty({ seed: 3 }).faults.begin(), undefined);
  });

  it('wait for a line or a death, and then for their time', () => {
    const { faults, clock, did } = faulty({
      faults: [
        { fault: 'kill', node: 1, when: { printed: 'round 3', node: 0 }, atMs: 10 },
        { fault: 'kill', node: 2, when: { dead: 1 } },
      ],
    });
    assert.equal(faults.begin(), undefined);
    faults.printed(1, 'round 3');
    faults.printed(0, 'round 2\nround 31');
    clock.advance(9);
    assert.deepEqual(did, []);
    clock.advance(1);
    faults.printed(0, 'round 3');
    faults.died(1);
    assert.deepEqual(did, ['kill 1', '10 plan kill', 'kill 2', '10 plan kill']);
  });

  it('are healed all at once; a cut lasts unless somebody may heal it', async () => {
    const { faults, did, told } = faulty();
    faults.begin();
    await faults.inject({ fault: 'cut', sides: [0, [2, 3]] }, 'program');
    await faults.inject({ fault: 'slow', node: 1, share: 0.5 }, 'program');
    assert.equal(faults.cutsLast, true);
    assert.match(faults.explain().join('\n'), /cut between node 0 and nodes 2, 3[^]*faults\.heal\(\)/);
    await faults.inject({ fault: 'cut', sides: [0, 1] }, 'client');
    assert.equal(faults.cutsLast, false, 'whoever looks on may heal it');
    await faults.inject({ fault: 'heal' }, 'client');
    assert.deepEqual([told(), faults.report().active, faults.explain()], [[], [], []]);
    assert.ok(did.includes('throttle 1 1'));
    assert.equal(faults.report().records.length, 4);
  });

  it('are ended one by one by whoever names them; one that has ended is no error', async () => {
    const { faults, did, told } = faulty();
    faults.begin();
    const before: unknown = faults.history;
    assert.equal(before, undefined);
    await faults.inject({ fault: 'cut', sides: [0, [2, 3]] }, 'client');
    await faults.inject({ fault: 'delay', ms: 5 }, 'program');
    await faults.inject({ fault: 'stop', node: 1 }, 'client');
    await faults.endFault({ sides: [0, [2, 3]], fault: 'cut' }, 'client');
    await faults.endFault({ sides: [0, [2, 3]], fault: 'cut' }, 'client');
    assert.deepEqual(told(), ['delay of 5 ms between all nodes']);
    await faults.endFault({ fault: 'stop', node: 1 }, 'client');
    assert.deepEqual(did.slice(-3), ['0 client cut ended', 'throttle 1 1', '0 client stop ended']);
    assert.deepEqual(faults.history?.active, [{ fault: 'delay', ms: 5 }]);
  });

  it('are refused where they cannot be', async () => {
    const { faults } = faulty();
    faults.begin();
    await assert.rejects(faults.inject({ fault: 'stop', node: 3 }, 'client'), /node 3 cannot be stopped/);
    await assert.rejects(faults.inject({ fault: 'kill', node: 4 }, 'client'), { code: 'badFault' });
    assert.deepEqual(faults.report().records, []);
  });

  it('explain what was lost', () => {
    const { faults } = faulty(undefined, [[], [{ destination: 0, tag: 7, messages: 2 }]]);
    assert.match(
      faults.explain()[0] ?? '',
      /from node 1 to node 0 is raw and has lost 2 messages with tag 7/,
    );
  });
});
