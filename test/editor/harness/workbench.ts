import { join } from 'node:path';
import type { Frame, Locator, Page } from 'playwright-core';
import { screenshots } from './places';

/** A row of the call stack: its text, how deep it lies in the tree, and whether it has the focus. */
export interface CallStackRow {
  text: string;
  level: number;
}

/** How long a command is looked for in one palette, and in how many. */
const paletteMs = 5000;
const paletteAttempts = 6;

/** What a person does with the editor's window, in a person's words. */
export class Workbench {
  constructor(readonly page: Page) {}

  /** Waits until the window can be worked with. */
  async ready(): Promise<void> {
    await this.page.locator('.monaco-workbench').waitFor({ timeout: 60_000 });
    await this.page.locator('.statusbar').waitFor();
  }

  /** Runs a command by its title, through the palette. */
  async runCommand(title: string): Promise<void> {
    await this.pickCommand(title);
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  }

  /**
   * Picks a command that goes on to ask something. The palette lists the commands that there were when it was opened;
   * one that comes a moment later, as when the extension has just read the file, is there the next time.
   */
  async pickCommand(title: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget input[type=text]').first();
    const row = this.page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first();
    for (let attempt = 1; ; attempt += 1) {
      await this.page.keyboard.press('F1');
      await input.fill(`>${title}`);
      try {
        await row.waitFor({ timeout: paletteMs });
        break;
      } catch (error) {
        if (attempt === paletteAttempts) throw error;
        await this.page.keyboard.press('Escape');
        await input.waitFor({ state: 'hidden' });
      }
    }
    await row.click();
  }

  /** Opens a file of the folder by its name. */
  async openFile(name: string): Promise<void> {
    await this.page.keyboard.press('Control+p');
    const input = this.page.locator('.quick-input-widget input[type=text]').first();
    await input.fill(name);
    await this.page.locator('.quick-input-list .monaco-list-row', { hasText: name }).first().click();
    await this.page.locator('.tab.active', { hasText: name }).waitFor();
    await this.page.locator('.editor-instance .view-lines .view-line').first().waitFor();
  }

  /** Moves the cursor to a line, which shows it. */
  async goToLine(line: number): Promise<void> {
    await this.page.keyboard.press('Control+g');
    const input = this.page.locator('.quick-input-widget input[type=text]').first();
    await input.fill(`:${line}`);
    await this.page.keyboard.press('Enter');
    await input.waitFor({ state: 'hidden' });
  }

  /** Opens the side bar with variables, call stack and breakpoints. */
  async showRunAndDebug(): Promise<void> {
    await this.page.keyboard.press('Control+Shift+d');
    await this.page.locator('.debug-call-stack').waitFor();
  }

  /** Sets or removes a breakpoint by a click left of a line's number. */
  async clickGutter(line: number): Promise<void> {
    await this.goToLine(line);
    const number = this.page
      .locator('.editor-instance .margin-view-overlays .line-numbers', { hasText: new RegExp(`^${line}$`) })
      .first();
    const box = await number.boundingBox();
    const margin = await this.page.locator('.editor-instance .margin-view-overlays').first().boundingBox();
    if (!box || !margin) throw new Error(`Line ${line} is not shown.`);
    await this.page.mouse.click(margin.x + 10, box.y + box.height / 2);
  }

  /** The breakpoints' signs in the open file's gutter. */
  breakpointSigns(): Locator {
    return this.page.locator('.editor-instance .glyph-margin-widgets .codicon-debug-breakpoint');
  }

  /** Rows of the Call Stack, from the top; the view must be open. */
  async callStack(): Promise<CallStackRow[]> {
    const rows = this.page.locator('.debug-call-stack .monaco-list-row');
    return rows.evaluateAll((elements) =>
      elements
        .map((element) => ({
          text: (element as HTMLElement).innerText.replaceAll(/\s+/g, ' ').trim(),
          level: Number(element.getAttribute('aria-level')),
          index: Number(element.getAttribute('data-index')),
        }))
        .sort((a, b) => a.index - b.index)
        .map(({ text, level }) => ({ text, level })),
    );
  }

  /** A row of the call stack by its text. */
  callStackRow(text: string | RegExp): Locator {
    return this.page.locator('.debug-call-stack .monaco-list-row', { hasText: text }).first();
  }

  /** Presses a button in a thread's row, by its title. */
  async clickThreadAction(thread: string, title: string): Promise<void> {
    const row = this.callStackRow(thread);
    await row.hover();
    await row.locator(`.action-label[aria-label^="${title}"]`).first().click();
  }

  /** A row of the Variables view by its text; scopes that are closed are opened on the way. */
  variable(text: string | RegExp): Locator {
    return this.page.locator('.debug-variables .monaco-list-row', { hasText: text }).first();
  }

  /** Chooses a color theme by its name. */
  async chooseTheme(name: string): Promise<void> {
    await this.pickCommand('Preferences: Color Theme');
    const row = this.page.locator('.quick-input-list .monaco-list-row .label-name', {
      hasText: new RegExp(`^${name}$`),
    });
    await this.page.locator('.quick-input-list .monaco-list-row', { hasText: 'Dark Modern' }).waitFor();
    const input = this.page.locator('.quick-input-widget input[type=text]').first();
    await input.fill(name);
    await row.click();
    await input.waitFor({ state: 'hidden' });
    // Until the window and its webviews are drawn in it.
    await this.page.waitForTimeout(1000);
  }

  /** What is told beside an element that the pointer rests on; points anew where a row that was drawn anew has hidden it. */
  async hover(element: Locator, text: string): Promise<string> {
    const hover = this.page.locator('.monaco-hover', { hasText: text }).first();
    for (let attempt = 1; ; attempt += 1) {
      await element.hover();
      try {
        await hover.waitFor({ timeout: 6000 });
        return await hover.innerText();
      } catch (error) {
        if (attempt === 10) throw error;
        await this.page.mouse.move(0, 0);
      }
    }
  }

  /** Waits until the call stack satisfies `accept`, and answers it; fails with what it shows. */
  async callStackThat(
    what: string,
    accept: (rows: CallStackRow[]) => boolean,
    timeoutMs = 30_000,
  ): Promise<CallStackRow[]> {
    const endMs = Date.now() + timeoutMs;
    for (;;) {
      const rows = await this.callStack();
      if (accept(rows)) return rows;
      if (Date.now() > endMs) {
        await this.screenshot('failed-call-stack');
        throw new Error(`Call stack: ${what}. It shows:\n${rows.map(({ text }) => text).join('\n')}`);
      }
      await this.page.waitForTimeout(100);
    }
  }

  /** Lines of the Debug Console that are shown; opens it. */
  async debugConsole(): Promise<string[]> {
    await this.runCommand('Debug Console: Focus on Debug Console View');
    const rows = this.page.locator('.repl .monaco-list-row');
    return rows.evaluateAll((elements) =>
      elements.map((element) => (element as HTMLElement).innerText.trim()),
    );
  }

  /** The window of a webview: the frame that holds `selector`, of those that are as wide as `leastWidth`. */
  async webview(selector: string, timeoutMs = 20_000, leastWidth = 0): Promise<Frame> {
    const endMs = Date.now() + timeoutMs;
    while (Date.now() < endMs) {
      for (const frame of this.page.frames()) {
        if (frame === this.page.mainFrame()) continue;
        const found = await frame
          .locator(selector)
          .count()
          .catch(() => 0);
        if (found === 0) continue;
        const width = await frame.evaluate('innerWidth').catch(() => 0);
        if (Number(width) >= leastWidth) return frame;
      }
      await this.page.waitForTimeout(100);
    }
    await this.screenshot('failed-webview');
    throw new Error(`No webview shows ${selector}.`);
  }

  /** Makes the side bar as narrow as the editor lets it be. */
  async narrowSideBar(): Promise<void> {
    const box = await this.page.locator('.part.sidebar').boundingBox();
    if (!box) throw new Error('There is no side bar.');
    await this.page.mouse.move(box.x + box.width, box.y + box.height / 2);
    await this.page.mouse.down();
    await this.page.mouse.move(box.x + 170, box.y + box.height / 2, { steps: 10 });
    await this.page.mouse.up();
  }

  /** Keeps a picture of the window in out/screenshots. */
  async screenshot(name: string): Promise<void> {
    await this.page.screenshot({ path: join(screenshots, `${name}.png`) });
  }
}
