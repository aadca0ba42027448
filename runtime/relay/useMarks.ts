/** Keeps the directories of the cache that a relay runs from: their marks tell other runs when they were last used. */
import { utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Disposable } from '../core/disposable';
import { completeMark } from '../provision/package';

/** What was not marked for two days may be removed by any run (`provision/probeScript.ts`): a mark may fail thrice. */
const everyMs = 12 * 3600 * 1000;

/** Marks directories as used, now and twice a day. */
export class UseMarks implements Disposable {
  private readonly directories = new Set<string>();
  private readonly timer = setInterval(() => void this.markAll(), everyMs).unref();

  /** The directories of these files are in use until `dispose`; those that are not of a cache are left alone. */
  async use(...files: string[]): Promise<void> {
    for (const file of files) this.directories.add(dirname(file));
    await this.markAll();
  }

  dispose(): void {
    clearInterval(this.timer);
  }

  private async markAll(): Promise<void> {
    const now = new Date();
    const marks = [...this.directories].map((directory) => join(directory, completeMark));
    await Promise.allSettled(marks.map((mark) => utimes(mark, now, now)));
  }
}
