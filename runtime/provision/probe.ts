/** Asks a host about itself: one command, whose answers are checked. */
import type { Readable } from 'node:stream';
import * as v from 'valibot';
import type { RemoteHost } from '../launch/remote';
import { LockstepError } from '../protocol/errors';
import { type ProbeOptions, probeScript } from './probeScript';

/** What a host told. */
export interface Probe {
  /** As `uname -s` and `-m` name it, and whether its C library is musl. */
  system: string;
  home: string;
  /** Absolute path of the cache directory. */
  cache: string;
  /** Why the cache cannot be written, if so. */
  problem?: string;
  /** Names of the packages that are there whole. */
  has: Set<string>;
  /** Absolute path of a Node.js that serves. */
  node?: string;
  /** One that is too old, with its version. */
  old?: { path: string; version: string };
  facts?: v.InferOutput<typeof factsShape>;
  roundTripMs: number;
}

const quantity = v.pipe(v.number(), v.minValue(0));
const factsShape = v.object({
  platform: v.string(),
  arch: v.string(),
  nodeVersion: v.string(),
  cores: quantity,
  memoryMiB: quantity,
  load: quantity,
  freeDiskMiB: quantity,
});

/** A host whose disks hang is not waited for. */
const limitMs = 30_000;
const echoes = 3;

/** Probes a host. Throws LockstepError: remoteNoAnswer, sshNoCommand, sshLinkLost. */
export async function probeHost(host: RemoteHost, options: ProbeOptions): Promise<Probe> {
  const process = await host.exec(probeScript(options));
  process.stderr.resume();
  const timer = setTimeout(() => process.kill(), limitMs);
  const next = pairReader(process.stdout);
  const told = new Map<string, string[]>();
  try {
    for (;;) {
      const pair = await next();
      if (!pair) throw new LockstepError('remoteNoAnswer', { host: host.name, seconds: limitMs / 1000 });
      if (pair[0] === 'ready') break;
      told.set(pair[0], [...(told.get(pair[0]) ?? []), pair[1]]);
    }
    let roundTripMs = Number.POSITIVE_INFINITY;
    for (let echo = 0; echo < echoes; echo++) {
      const sentMs = performance.now();
      process.stdin.write(`${echo}\n`);
      if (!(await next()))
        throw new LockstepError('remoteNoAnswer', { host: host.name, seconds: limitMs / 1000 });
      roundTripMs = Math.min(roundTripMs, performance.now() - sentMs);
    }
    return interpret(told, roundTripMs);
  } finally {
    clearTimeout(timer);
    process.stdin.end();
  }
}

function interpret(told: Map<string, string[]>, roundTripMs: number): Probe {
  const first = (name: string) => told.get(name)?.[0];
  const [path, version] = told.get('old') ?? [];
  return {
    system: first('system') ?? '',
    home: first('home') ?? '',
    cache: first('cache') ?? '',
    problem: first('problem'),
    has: new Set(told.get('has')),
    node: first('node'),
    old:
      path !== undefined && version !== undefined ? { path, version: version.replace(/^v/, '') } : undefined,
    facts: factsOf(first('facts')),
    roundTripMs,
  };
}

function factsOf(text: string | undefined): Probe['facts'] {
  try {
    return v.parse(factsShape, JSON.parse(text ?? ''));
  } catch {
    return undefined; // that Node.js did not run the program: it does not serve
  }
}

/** Reads pairs of NUL-ended texts; undefined after the last. */
function pairReader(stream: Readable): () => Promise<[string, string] | undefined> {
  const texts: string[] = [];
  let rest = Buffer.alloc(0);
  let ended = false;
  let wake = () => {};
  stream.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    for (let end = rest.indexOf(0); end >= 0; end = rest.indexOf(0)) {
      texts.push(rest.toString('utf8', 0, end));
      rest = rest.subarray(end + 1);
    }
    wake();
  });
  const onEnd = () => {
    ended = true;
    wake();
  };
  stream.on('end', onEnd).on('close', onEnd).on('error', onEnd);
  return async () => {
    while (texts.length < 2 && !ended) await new Promise<void>((resolve) => (wake = resolve));
    const [name, value] = texts.splice(0, 2);
    return name === undefined || value === undefined ? undefined : [name, value];
  };
}
