import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readVersion } from './findMpiexec';
import { isAbort, readEnd, readLine, shortWords } from './launcherWords';

/** As MPICH 4.0 and Open MPI 4.1 print them. */
const hydraKilled = `
===================================================================================
=   BAD TERMINATION OF ONE OF YOUR APPLICATION PROCESSES
=   PID 16931 RUNNING AT vm
=   EXIT CODE: 9
=   CLEANING UP REMAINING PROCESSES
=   YOU CAN IGNORE THE BELOW CLEANUP MESSAGES
===================================================================================
YOUR APPLICATION TERMINATED WITH THE EXIT STRING: Killed (signal 9)
`;
const rule = '-'.repeat(74);
const openMpiKilled = `${rule}
mpiexec.openmpi noticed that process rank 2 with PID 0 on node vm exited on signal 11 (Segmentation fault).
${rule}`;
const openMpiExited = `${rule}
mpiexec detected that one or more processes exited with non-zero status, thus causing
the job to be terminated. The first process to do so was:

  Process name: [[10735,1],2]
  Exit code:    3
${rule}`;

describe('what launchers say', () => {
  test('which process ended the run, and how', () => {
    assert.deepEqual(readEnd(hydraKilled), { pid: 16931, code: null, signal: 'SIGKILL' });
    const exited = hydraKilled.replace('EXIT CODE: 9', 'EXIT CODE: 3').replace(/YOUR APPLICATION TERM.*/, '');
    assert.deepEqual(readEnd(exited), { pid: 16931, code: 3, signal: null });
    assert.deepEqual(readEnd(openMpiKilled), { rank: 2, code: null, signal: 'SIGSEGV' });
    assert.deepEqual(readEnd(openMpiExited), { rank: 2, code: 3, signal: null });
    assert.equal(readEnd('There are not enough slots available'), undefined);
  });

  test('lines of nodes are told from those of the launcher by their marks', () => {
    assert.deepEqual(readLine('[12] hello', 'stdout'), { rank: 12, stream: 'stdout', text: 'hello' });
    assert.deepEqual(readLine('[0] ', 'stderr'), { rank: 0, stream: 'stderr', text: '' });
    assert.deepEqual(readLine('[1,3]<stderr>:x: y', 'stdout'), { rank: 3, stream: 'stderr', text: 'x: y' });
    const own = '[proxy:0:0@vm] HYDU_create_process: execvp error on file /nowhere';
    assert.deepEqual(readLine(own, 'stderr'), { stream: 'stderr', text: own });
    assert.deepEqual(readLine('[vm:123] a warning', 'stderr').rank, undefined);
  });

  test('its paragraphs lose their frames, and end somewhere', () => {
    assert.equal(
      shortWords(openMpiKilled),
      'mpiexec.openmpi noticed that process rank 2 with PID 0 on node vm exited on signal 11 (Segmentation fault).',
    );
    assert.match(shortWords(hydraKilled), /^BAD TERMINATION OF ONE .* PID 16931 RUNNING AT vm EXIT CODE: 9 /);
    assert.equal(shortWords('word '.repeat(1000)).length, 602);
  });

  test('an end that we have asked for is known as such', () => {
    const line =
      'Abort(1) on node 0 (rank 0 in comm 0): application called MPI_Abort(MPI_COMM_WORLD, 1) - process 0';
    assert.ok(isAbort(line));
    assert.ok(!isAbort(`It says: ${line}`));
  });

  test('each MPI is known by its version', () => {
    const hydra = 'HYDRA build details:\n    Version:                                 4.0.2\n';
    assert.deepEqual(readVersion(hydra), { family: 'mpich', major: 4 });
    assert.deepEqual(readVersion('Intel(R) MPI Library for Linux* OS, Version 2021.9 Build 1'), {
      family: 'mpich',
      major: 2021,
    });
    assert.deepEqual(readVersion('mpiexec.openmpi (OpenRTE) 4.1.4\n'), { family: 'openmpi', major: 4 });
    assert.deepEqual(readVersion('mpirun (Open MPI) 5.0.3\n'), { family: 'openmpi', major: 5 });
    assert.deepEqual(readVersion('cat (GNU coreutils) 9.1'), { family: undefined, major: 9 });
  });
});
