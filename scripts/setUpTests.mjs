// What all suites together need beyond what is built, at once: the packages of the system, then the editor. Beside npm's
// own, nothing of the project's dependencies is needed for it.
import { ensureEditor } from './editor.mjs';
import { main } from './setup.mjs';
import { ensureSystem, isSystemNeed } from './systemPackages.mjs';
import { suites } from './testSuites.mjs';

await main(async () => {
  const needs = new Set(Object.values(suites).flatMap((suite) => suite.needs));
  await ensureSystem('compiler', ...[...needs].filter(isSystemNeed));
  await ensureEditor();
});
