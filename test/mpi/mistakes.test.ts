import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { families, launch, nodeOf, runUnder, withoutMpiLeaks } from './mpiexec';

const hello = `log('runs');`;
const other = { mpich: 'openmpi', openmpi: 'mpich' } as const;

describe('a program under mpiexec that awaits what nothing can settle', () => {
  for (const family of families) {
    test(`ends with the line of its await (${family})`, async () => {
      const body = `
        if (world.rank === 1) world.recv(0, 3);
        log(await new Promise(() => {}));`;
      const { code, stderr } = await runUnder(family, 2, body);
      assert.equal(code, 1);
      assert.match(stderr, /node 0 awaits a promise that nothing can settle at program\.ts:3/);
      assert.match(stderr, /node 1 waits in recv\(source 0, tag 3\) at program\.ts:2/);
    });
  }
});

describe('what goes wrong before a program runs under mpiexec', () => {
  for (const family of families) {
    test(`the launcher of ${family} with the library of the other: said once, and the program does not run`, async () => {
      const { code, stdout, stderr } = await runUnder(family, 2, hello, {
        LOCKSTEP_MPI_LIBRARY: other[family],
      });
      assert.notEqual(code, 0);
      assert.doesNotMatch(stdout, /runs/);
      assert.equal(
        stderr.match(/each of them is alone: the two belong to different MPIs/g)?.length,
        1,
        stderr,
      );
    });

    test(`${family}: a library that is not there, one that is not MPI, a word that means nothing`, async () => {
      const cases = [
        ['/nowhere/libmpi.so', /LOCKSTEP_MPI_LIBRARY names \(\/nowhere\/libmpi\.so\) cannot be loaded/],
        ['libm.so.6', /libm\.so\.6 is a library, but not MPI/],
        ['lam', /LOCKSTEP_MPI_LIBRARY: lam is not the path of an MPI library/],
      ] as const;
      for (const [library, sentence] of cases) {
        const { code, stderr } = await runUnder(family, 2, hello, { LOCKSTEP_MPI_LIBRARY: library });
        assert.notEqual(code, 0);
        assert.equal(stderr.match(new RegExp(sentence, 'g'))?.length, 1, stderr);
      }
    });

    test(`${family}: a program that does not build is told once`, () =>
      withoutMpiLeaks(async (folder) => {
        const path = join(folder, 'wrong.ts');
        writeFileSync(path, 'export default spmd(({');
        const { code, stderr } = await launch(family, 2, nodeOf(path, folder)).ended;
        assert.notEqual(code, 0);
        assert.equal(stderr.match(/wrong\.ts:1/g)?.length, 1, stderr);
      }));
  }
});
