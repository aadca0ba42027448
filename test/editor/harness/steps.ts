import type { TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import type { Workbench } from './workbench';

/** What stands over the window and might be in the way, or say what went wrong. */
const notices = '.quick-input-widget, .monaco-dialog-box, .notification-toast';

/** One step of a person's way; each needs the ones before. */
export type Step = (name: string, body: () => Promise<void> | void) => Promise<void>;

/**
 * The steps of a test. Where one fails, a screenshot and what the window says are kept with its error, and those after
 * it fail at once.
 */
export function stepsOf(context: TestContext, workbench: Workbench): Step {
  let failed: string | undefined;
  return (name, body) =>
    context.test(name, async () => {
      if (failed !== undefined) throw new Error(`not reached: the step "${failed}" failed`);
      try {
        await body();
      } catch (error) {
        failed = name;
        await workbench.screenshot('failed');
        throw new Error(`The window says: ${await visibleNotices(workbench.page)}`, { cause: error });
      }
    });
}

async function visibleNotices(page: Page): Promise<string> {
  const texts: string[] = [];
  for (const notice of await page.locator(notices).all()) {
    if (await notice.isVisible()) texts.push((await notice.innerText()).replaceAll(/\s+/g, ' '));
  }
  return texts.length > 0 ? texts.join(' | ') : 'nothing over its editor and views';
}
