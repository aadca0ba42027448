import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JobInfo } from '../../runtime/protocol/job';
import { jobProblems } from './jobProblems';

const job: JobInfo = {
  id: 'job-1',
  program: '/lab/ring.ts',
  cluster: 'local',
  size: 3,
  state: 'succeeded',
  startedAtMs: 0,
  transport: 'auto',
  debugged: false,
};
const at = (line: number, file = job.program) => ({ file, line, column: 3 });
const error = (code: string, message: string) =>
  ({ code, message }) as NonNullable<JobInfo['failure']>['error'];

test('a job that ended well has no problems', () => {
  assert.deepEqual(jobProblems(job), []);
});

test('a failed node is an error at its line', () => {
  const failure = { rank: 2, at: at(4), error: error('programFailed', 'Error: no') };
  assert.deepEqual(jobProblems({ ...job, state: 'failed', failure }), [
    { severity: 'error', at: at(4), message: 'Node 2: Error: no', code: 'programFailed', related: [] },
  ]);
});

test('a failure without a line marks nothing', () => {
  assert.deepEqual(jobProblems({ ...job, failure: { rank: 1, error: error('nodeLost', 'gone') } }), []);
});

test('a deadlock marks each line once, with the lines of the others', () => {
  const places = [
    { rank: 0, at: at(8), text: 'Node 0 waits here.' },
    { rank: 1, at: at(9), text: 'Node 1 waits here.' },
    { rank: 2, at: at(8), text: 'Node 2 waits here.' },
    { rank: 3, text: 'Node 3 waits somewhere.' },
  ];
  const failure = { rank: 0, at: at(8), error: error('deadlock', 'Deadlock.'), places };
  const problems = jobProblems({ ...job, state: 'failed', failure });
  assert.deepEqual(
    problems.map((problem) => [
      problem.at.line,
      problem.message,
      problem.related.map(({ message }) => message),
    ]),
    [
      [8, 'Deadlock.', ['Node 0 waits here.', 'Node 1 waits here.', 'Node 2 waits here.']],
      [9, 'Deadlock.', ['Node 0 waits here.', 'Node 2 waits here.']],
    ],
  );
});

test('a call that does not match is marked where it was seen and where the others stand', () => {
  const places = [
    { rank: 0, at: at(8), text: 'Node 0 waits in barrier here.' },
    { rank: 1, at: at(9), text: 'Node 1 calls bcast here.' },
  ];
  const failure = { rank: 1, at: at(9), error: error('collectiveMismatch', 'Node 0 calls barrier.'), places };
  assert.deepEqual(
    jobProblems({ ...job, failure }).map(({ at: { line }, message, related }) => [line, message, related]),
    [
      [8, 'Node 1: Node 0 calls barrier.', [{ at: at(9), message: 'Node 1 calls bcast here.' }]],
      [9, 'Node 1: Node 0 calls barrier.', [{ at: at(8), message: 'Node 0 waits in barrier here.' }]],
    ],
  );
});

test('warnings of one line are one, those of another file are not', () => {
  const warnings = [
    { rank: 0, at: at(5), text: 'left open' },
    { rank: 1, at: at(5), text: 'left open' },
    { rank: 1, at: at(5, '/lab/other.ts'), text: 'left open' },
    { rank: 2, text: 'lost' },
  ];
  assert.deepEqual(
    jobProblems({ ...job, warnings }).map(({ severity, message, at: { file } }) => [severity, message, file]),
    [
      ['warning', 'Node 0: left open\nNode 1: left open', '/lab/ring.ts'],
      ['warning', 'Node 1: left open', '/lab/other.ts'],
    ],
  );
});
