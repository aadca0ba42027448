/** What client and adapter said to each other, in a form that is the same on every machine and in every run. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from '../cluster/leakCheck';

interface Line {
  kind: 'request' | 'response' | 'event' | 'chance';
  text: string;
}

/** Told when a node is up, and again whenever its name has changed: when and how often depends on the time. */
const untimely = (event: string, body: unknown): boolean =>
  event === 'thread' && (body as { reason?: string }).reason === 'started';

export class Transcript {
  private readonly lines: Line[] = [];

  request(command: string, input: unknown): void {
    this.lines.push({ kind: 'request', text: `-> ${command} ${json(input)}`.trimEnd() });
  }

  response(command: string, success: boolean, body: unknown): void {
    const text = success ? json(body) : `failed: ${sanitised(String(body))}`;
    this.lines.push({ kind: 'response', text: `<- ${command} ${text}`.trimEnd() });
  }

  event(event: string, body: unknown): void {
    // Lines that come close together are printed together: where they are parted is chance.
    const { category, output } = (body ?? {}) as { category?: string; output?: string };
    if (category === 'stdout' && output && output.indexOf('\n') < output.length - 1) {
      for (const line of output.trimEnd().split('\n')) this.event(event, { category, output: `${line}\n` });
      return;
    }
    const text = `   ${event} ${json(body)}`.trimEnd();
    this.lines.push({ kind: untimely(event, body) ? 'chance' : 'event', text });
  }

  /** All of it, as it was said. */
  text(): string {
    return this.lines.map(({ text }) => text).join('\n');
  }

  /**
   * The same with events in alphabetical order between one request and the next: nodes are processes of their own,
   * and which of them is first is chance. So is who gets the focus: its mark is left out.
   */
  stable(): string {
    const blocks: { said: string[]; events: string[] }[] = [];
    let block = { said: [] as string[], events: [] as string[] };
    for (const { kind, text } of this.lines) {
      if (kind === 'request') {
        block = { said: [], events: [] };
        blocks.push(block);
      }
      if (kind === 'event') block.events.push(text.replace(/"preserveFocusHint":(?:true|false),/, ''));
      else if (kind !== 'chance') block.said.push(text);
    }
    return `${blocks.flatMap(({ said, events }) => [...said, ...events.sort()]).join('\n')}\n`;
  }

  /** Compares with the golden file of this name; UPDATE_GOLDENS=1 writes it, a missing one fails. */
  matches(name: string): void {
    const path = join(root, 'test', 'dap', 'goldens', `${name}.txt`);
    if (process.env['UPDATE_GOLDENS'] === '1') {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, this.stable());
    }
    assert.ok(existsSync(path), `the golden ${path} is missing: write it with UPDATE_GOLDENS=1 and read it`);
    assert.equal(this.stable(), readFileSync(path, 'utf8'));
  }
}

function json(value: unknown): string {
  return value === undefined ? '' : sanitised(JSON.stringify(value));
}

/** Paths, times and process ids are of this machine and this run. */
function sanitised(text: string): string {
  return text
    .replaceAll(root, '<root>')
    .replaceAll(tmpdir(), '<tmp>')
    .replace(/"startedAtMs":\d+/g, '"startedAtMs":0');
}
