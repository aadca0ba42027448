// A reporter for `node --test` that writes one JSON object at the end: how many tests of each file passed and failed.
// A test file that crashes, hangs or fails outside of its tests counts as one failed test.

/** @typedef {{ passed: number, failed: number, skipped: number, failures: string[] }} Counts */

export default async function* countingReporter(source) {
  /** @type {Record<string, Counts>} */
  const files = {};
  for await (const { type, data } of source) {
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    const counts = (files[data.file] ??= { passed: 0, failed: 0, skipped: 0, failures: [] });
    const isSuite = data.details?.type === 'suite';
    // A parent fails with its children, which are counted themselves.
    const isEcho = data.details?.error?.failureType === 'subtestsFailed';
    if (type === 'test:fail' && !isEcho) {
      counts.failed += 1;
      counts.failures.push(data.name);
    } else if (type === 'test:pass' && !isSuite) {
      if (data.skip !== undefined || data.todo !== undefined) counts.skipped += 1;
      else counts.passed += 1;
    }
  }
  yield JSON.stringify(files);
}
