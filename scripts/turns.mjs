// Output of several tasks at once that stays readable: each task's is whole, and stands before that of those begun later.

/**
 * What one task says.
 * @typedef {object} Turn
 * @property {(text: string | Uint8Array) => void} write
 * @property {() => void} end
 */

/** Passes on what the oldest task says as it comes, and keeps what the others say until it is their turn. */
export class Turns {
  /** Oldest first. @type {{ held: (string | Uint8Array)[], hasEnded: boolean }[]} */
  #tasks = [];
  #show;

  constructor(/** @type {Turn['write']} */ show) {
    this.#show = show;
  }

  /** @returns {Turn} */
  begin() {
    /** @type {{ held: (string | Uint8Array)[], hasEnded: boolean }} */
    const task = { held: [], hasEnded: false };
    this.#tasks.push(task);
    return {
      write: (text) => {
        task.held.push(text);
        this.#pass();
      },
      end: () => {
        task.hasEnded = true;
        this.#pass();
      },
    };
  }

  #pass() {
    for (let first = this.#tasks[0]; first; first = this.#tasks[0]) {
      for (const text of first.held.splice(0)) this.#show(text);
      if (!first.hasEnded) return;
      this.#tasks.shift();
    }
  }
}
