import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { LockstepError } from '../protocol/errors';
import type { JobSpec } from '../protocol/job';
import { canGoOn, resumeCommand } from './resumption';
import { parseRunArguments } from './runArguments';

const args = ['sum.ts', '--journal', 'J', '--', "it's", '3'];
const lost = { error: new LockstepError('coordinatorLost', { reason: 'it was killed' }).toWire() };
const lostHost = { error: new LockstepError('hostLost', { host: 'lab', seconds: 10 }).toWire() };
const elsewhere = { error: new LockstepError('journalElsewhere', {}).toWire() };
const died = (rank: number) => ({
  rank,
  error: new LockstepError('nodeLost', { rank, reason: 'SIGKILL' }).toWire(),
});

/** Runs `body` with a folder that has a journal. */
function withJournal(body: (spec: JobSpec, folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'journal-'));
  writeFileSync(join(folder, 'journal'), '');
  body({ ...parseRunArguments(args).spec, journal: { folder, anyVersion: false } }, folder);
  rmSync(folder, { recursive: true });
}

describe('a run with a journal', () => {
  test('goes on where its coordinator or its driver was killed, and nothing else was wrong', () =>
    withJournal((spec, folder) => {
      assert.ok(canGoOn(spec, lost));
      assert.ok(canGoOn(spec, died(0)));
      assert.ok(canGoOn(spec, lostHost));
      assert.ok(!canGoOn(spec, died(1)));
      assert.ok(
        !canGoOn(spec, { rank: 0, error: new LockstepError('programFailed', { message: 'x' }).toWire() }),
      );
      assert.ok(!canGoOn(spec, undefined));
      assert.ok(!canGoOn({ ...spec, journal: undefined }, lost));
      rmSync(join(folder, 'journal'));
      assert.ok(!canGoOn(spec, lost));
    }));

  test('says the command that goes on', () =>
    withJournal((spec, folder) => {
      assert.equal(resumeCommand(spec, lost, args), "lockstep run sum.ts --journal J -- 'it'\\''s' 3");
      assert.equal(resumeCommand(spec, undefined, args), undefined);
      assert.equal(resumeCommand(spec, elsewhere, args), undefined);
      rmSync(join(folder, 'journal'));
      assert.equal(resumeCommand(spec, lost, args), undefined);
    }));
});
