/**
 * Uploads files with nothing but a POSIX shell on the other side. One process there holds a temporary directory while
 * the files arrive in it; told to, it checks them and moves them into place. When its link ends before, it removes the
 * directory: so nothing is left of an upload that did not end, unless the machine itself stops.
 */
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { LockstepError } from '../../protocol/errors';
import type { RemoteHost, UploadFile } from './remoteHost';
import { lastLine, lineReader, readText } from './remoteProcess';
import { shellQuote } from './shellQuote';

/** Names of temporary directories begin so; each holds a file `owner` with the machine and the process that hold it. */
export const incomingPrefix = '.incoming-';

/** Channels at a time: a server allows ten by default, and others are in use. */
const parallelFiles = 4;
/** Content given as bytes is written in pieces of this size. */
const pieceBytes = 256 * 1024;

interface Part {
  file: UploadFile;
  /** Path of its temporary file there. */
  temporary: string;
  bytes: number;
  sha256: string;
}

/** See {@link RemoteHost.upload}. */
export async function uploadFiles(
  host: RemoteHost,
  directory: string,
  files: UploadFile[],
  onProgress: (bytes: number) => void,
): Promise<void> {
  if (!directory.startsWith('/')) throw new TypeError(`${directory} is not an absolute path.`);
  for (const { path } of files) checkPath(path);
  const temporary = `${directory}/${incomingPrefix}${randomBytes(8).toString('hex')}`;
  const parts = await Promise.all(files.map((file, index) => measure(file, `${temporary}/${index}`)));
  const holder = await host.exec(holderScript(directory, temporary, parts));
  const errors = readText(holder.stderr);
  const answer = lineReader(holder.stdout);
  const neededMiB = Math.ceil(parts.reduce((sum, { bytes }) => sum + bytes, 0) / 2 ** 20);
  const failure = async (text: string) => fileError(host.name, directory, neededMiB, text || (await errors));
  try {
    if ((await answer()) !== 'ready') throw await failure('');
    const queue = [...parts];
    const lane = async () => {
      for (let part = queue.shift(); part; part = queue.shift()) {
        const problem = await send(host, part, onProgress);
        if (problem !== undefined) {
          queue.length = 0;
          throw await failure(problem);
        }
      }
    };
    await Promise.all(Array.from({ length: parallelFiles }, lane));
    holder.stdin.write('commit\n');
    if ((await answer()) !== 'done') throw await failure('');
  } finally {
    holder.stdin.end();
    await holder.ended;
  }
}

/** Throws a TypeError for a path that would lead out of its directory. */
function checkPath(path: string): void {
  const parts = path.split('/');
  if (path.includes('\0') || parts.some((part) => part === '' || part === '.' || part === '..'))
    throw new TypeError(`"${path}" is not a path below a directory.`);
}

async function measure(file: UploadFile, temporary: string): Promise<Part> {
  const { content } = file;
  const hash = createHash('sha256');
  if (typeof content !== 'string')
    return { file, temporary, bytes: content.length, sha256: hash.update(content).digest('hex') };
  const { size } = await stat(content);
  for await (const chunk of createReadStream(content)) hash.update(chunk as Buffer);
  return { file, temporary, bytes: size, sha256: hash.digest('hex') };
}

function holderScript(directory: string, temporary: string, parts: Part[]): string {
  const target = shellQuote(directory);
  const moves = parts.flatMap(({ file, temporary: from, bytes, sha256 }) => {
    const to = shellQuote(`${directory}/${file.path}`);
    return [
      `check ${shellQuote(from)} ${bytes} ${sha256}`,
      `chmod ${file.executable ? '700' : '600'} ${shellQuote(from)} || exit 1`,
      file.path.includes('/')
        ? `mkdir -p ${shellQuote(parentOf(`${directory}/${file.path}`))} || exit 1`
        : '',
      `mv -f ${shellQuote(from)} ${to} || exit 1`,
    ];
  });
  return [
    'umask 077; LC_ALL=C; export LC_ALL',
    `temporary=${shellQuote(temporary)}`,
    `remove() { rm -rf "$temporary"; rmdir ${target} 2>/dev/null; }`,
    `check() {
       size=$(wc -c < "$1") || exit 1
       [ "$((size))" = "$2" ] || { echo "$1 has $size bytes instead of $2" >&2; exit 1; }
       sum=$({ sha256sum < "$1" || shasum -a 256 < "$1"; } 2>/dev/null)
       [ -z "$sum" ] || [ "\${sum%% *}" = "$3" ] || { echo "$1 has another content than was sent" >&2; exit 1; }
     }`,
    `mkdir -p ${target} && mkdir "$temporary" || exit 1`,
    "trap remove EXIT; trap 'exit 1' HUP INT TERM PIPE",
    'echo "$(uname -n) $$" > "$temporary/owner" || exit 1',
    'echo ready',
    'IFS= read -r word && [ "$word" = commit ] || exit 1',
    ...moves,
    'echo done',
  ]
    .filter(Boolean)
    .join('\n');
}

const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/'));

/** Sends one file; answers what the host says where it fails. */
async function send(
  host: RemoteHost,
  { file, temporary }: Part,
  onProgress: (bytes: number) => void,
): Promise<string | undefined> {
  const process = await host.exec(`LC_ALL=C exec cat > ${shellQuote(temporary)}`);
  const errors = readText(process.stderr);
  process.stdout.resume();
  let over = false;
  process.stdin.on('error', () => (over = true));
  const ended = process.ended.then((end) => {
    over = true;
    return end;
  });
  for await (const chunk of pieces(file.content)) {
    if (over) break;
    await new Promise<void>((resolve) => {
      process.stdin.write(chunk, () => resolve());
      void ended.then(() => resolve());
    });
    if (!over) onProgress(chunk.length);
  }
  process.stdin.end();
  const { code } = await ended;
  return code === 0 ? undefined : (await errors) || 'the connection was lost';
}

async function* pieces(content: string | Buffer): AsyncGenerator<Buffer> {
  if (typeof content === 'string') yield* createReadStream(content, { highWaterMark: pieceBytes });
  else for (let at = 0; at < content.length; at += pieceBytes) yield content.subarray(at, at + pieceBytes);
}

/** What a file operation that failed on a host says to the user. */
export function fileError(host: string, path: string, needed: number, text: string): LockstepError {
  const reason = (lastLine(text) ?? 'the connection was lost').replace(/^.*?: (?=.*: )/, '');
  if (/no space left|quota exceeded|file system full|disk full/i.test(text))
    return new LockstepError('remoteDiskFull', { host, path, needed });
  if (
    /permission denied|read-only file system|not permitted|not a directory|file exists|cannot create/i.test(
      text,
    )
  )
    return new LockstepError('remoteNoAccess', { host, path, reason });
  return new LockstepError('remoteUploadFailed', { host, reason });
}
