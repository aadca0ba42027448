import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import {
  forgetJournalMachine,
  hasJournal,
  journalMachine,
  journalMachineFile,
  keepJournalMachine,
} from './journalMachine';

/** A program with a journal, in a state folder of the test's own. */
function program(context: TestContext) {
  const state = mkdtempSync(join(tmpdir(), 'state-'));
  const before = process.env['XDG_STATE_HOME'];
  process.env['XDG_STATE_HOME'] = state;
  context.after(() => {
    if (before === undefined) delete process.env['XDG_STATE_HOME'];
    else process.env['XDG_STATE_HOME'] = before;
    rmSync(state, { recursive: true });
  });
  return {
    state,
    spec: { program: '/w/sum.ts', journal: { folder: join(state, 'here'), anyVersion: false } },
  };
}

describe('the machine of a journal', () => {
  test('is the first one, until the program has ended well', (context) => {
    const { spec } = program(context);
    assert.equal(journalMachine(spec), undefined);
    keepJournalMachine(spec, 'lab-1');
    keepJournalMachine(spec, 'lab-2');
    assert.equal(journalMachine(spec), 'lab-1');
    assert.equal(statSync(dirname(journalMachineFile(spec) ?? '')).mode & 0o777, 0o700);
    assert.equal(journalMachine({ ...spec, program: '/w/other.ts' }), undefined);
    assert.ok(hasJournal(spec));
    forgetJournalMachine(spec);
    forgetJournalMachine(spec);
    assert.equal(journalMachine(spec), undefined);
    assert.ok(!hasJournal(spec));
  });

  test('is none of a program without a journal, and need not be known where it lies here', (context) => {
    const { spec } = program(context);
    const none = { program: spec.program };
    keepJournalMachine(none, 'lab-1');
    assert.ok(!hasJournal(none));
    assert.equal(journalMachineFile(none), undefined);
    mkdirSync(spec.journal.folder);
    writeFileSync(join(spec.journal.folder, 'journal'), '');
    assert.ok(hasJournal(spec));
  });

  test('cannot be kept where the state folder cannot be written, and nothing fails', (context) => {
    const { spec, state } = program(context);
    process.env['XDG_STATE_HOME'] = join(state, 'file');
    writeFileSync(join(state, 'file'), '');
    keepJournalMachine(spec, 'lab-1');
    assert.equal(journalMachine(spec), undefined);
  });
});
