/** What runs on a host to find out about it: a script for a POSIX shell, and the names of what it tells. */
import { shellQuote } from '../launch/remote';
import { completeMark, type Package } from './package';

/** Directories that were not used for so many days are removed. */
const keepDays = 30;
/**
 * Beyond so much in the cache, those go that were used longest ago. LOCKSTEP_CACHE_KIB in the environment of the host's
 * login shell sets another bound.
 */
const keepMiB = 1024;
/** What was used within so many days may be in use: a relay marks daily what it runs from. */
const inUseDays = 2;

/** Where people put Node.js whose shells do not read their profiles in an SSH command. */
const usualPlaces = [
  '"$HOME"/.local/bin/node',
  '"$HOME"/.nvm/versions/node/v*/bin/node',
  '"$HOME"/.volta/bin/node',
  '"$HOME"/.local/share/fnm/node-versions/v*/installation/bin/node',
  '"$HOME"/.asdf/shims/node',
  '"$HOME"/n/bin/node',
  '/usr/local/bin/node',
  '/usr/bin/node',
  '/opt/homebrew/bin/node',
  '/opt/node*/bin/node',
  '/snap/bin/node',
];

/** Printed by Node.js on the host as JSON; its argument is the cache directory. */
const factsProgram = `
const os = require('node:os');
const { statfsSync } = require('node:fs');
const disk = statfsSync(process.argv[1]);
console.log(JSON.stringify({
  platform: process.platform,
  arch: process.arch,
  nodeVersion: process.versions.node,
  cores: os.availableParallelism(),
  memoryMiB: Math.floor(os.totalmem() / 2 ** 20),
  load: os.loadavg()[0],
  freeDiskMiB: Math.floor((disk.bavail * disk.bsize) / 2 ** 20),
}));`;

export interface ProbeOptions {
  packages: Package[];
  /** Absolute path there; absent: PATH and the usual places are searched. */
  node?: string;
  /** Name of the directory in the cache that holds an uploaded Node.js. */
  nodeDirectory?: string;
}

/**
 * The script. It answers with pairs of a name and a value, each ended by a NUL: `system`, `home`, `cache`, `problem`
 * (the cache cannot be written), `has` (a package that is whole), `old` and `node` (an executable, then its version),
 * `facts`, `ready`; then it echoes lines until its input ends. It also removes what uploads left that were cut off,
 * and packages that nobody used for a month, or for two days where the cache is large.
 */
export function probeScript({ packages, node, nodeDirectory }: ProbeOptions): string {
  const uploaded = nodeDirectory === undefined ? '' : `"$cache"/${shellQuote(nodeDirectory)}/node`;
  const candidates =
    node === undefined ? `"$(command -v node)" ${usualPlaces.join(' ')} ${uploaded}` : shellQuote(node);
  const wanted = packages.map(({ name, files }) => {
    const sizes = files.map(({ path, bytes }) => `${bytes} ${shellQuote(path)}`).join(' ');
    return `whole ${shellQuote(name)} ${sizes} && say has ${shellQuote(name)}`;
  });
  return `
umask 077; LC_ALL=C; export LC_ALL; unset NODE_OPTIONS
say() { printf '%s\\0%s\\0' "$1" "$2"; }
say system "$(uname -s) $(uname -m)$([ -e /etc/alpine-release ] && echo ' musl')"
say home "$HOME"
case "$XDG_CACHE_HOME" in /*) cache=$XDG_CACHE_HOME/lockstep ;; *) cache=$HOME/.cache/lockstep ;; esac
say cache "$cache"
made=; [ -d "$cache" ] || made=$cache; [ -d "\${cache%/*}" ] || made=\${cache%/*}
problem=$({ mkdir -p "$cache" && chmod 700 "$cache" && echo x > "$cache/.probe-$$" && rm "$cache/.probe-$$"; } 2>&1) ||
  say problem "\${problem:-it cannot be written}"
[ -O "$cache" ] || say problem "\${problem:-it belongs to another user}"
rm -f "$cache/.probe-$$"
this=$(uname -n)
older() { [ -n "$(find "$1" -prune -mtime +"$2" 2>/dev/null)" ]; }
for left in "$cache"/*/.incoming-*; do
  [ -d "$left" ] || continue
  machine=; pid=
  [ -f "$left/owner" ] && read -r machine pid < "$left/owner"
  if [ "$machine" = "$this" ] && [ -n "$pid" ]; then kill -0 "$pid" 2>/dev/null || rm -rf "$left"
  elif older "$left" 0; then rm -rf "$left"
  fi
done
whole() {
  place=$cache/$1; shift
  [ -e "$place/${completeMark}" ] || return 1
  while [ $# -gt 0 ]; do
    [ -f "$place/$2" ] && [ "$(($(wc -c < "$place/$2")))" = "$1" ] || return 1
    shift 2
  done
  touch "$place/${completeMark}"
}
${wanted.join('\n')}
works() {
  [ -f "$1" ] && [ -x "$1" ] || return 1
  version=$("$1" --version < /dev/null 2>/dev/null)
  case $version in
    v[2-9][0-9].* | v[1-9][0-9][0-9].*) return 0 ;;
    v[0-9]*) say old "$1"; say old "$version"; return 1 ;;
    *) return 1 ;;
  esac
}
found=
for candidate in ${candidates}; do
  works "$candidate" || continue
  found=$candidate
  say node "$candidate"
  case $candidate in "$cache"/*) touch "\${candidate%/*}/${completeMark}" ;; esac
  say facts "$("$candidate" -e ${shellQuote(factsProgram)} "$cache" < /dev/null)"
  break
done
# Taken out of the way first: who marks it in this moment finds it gone and uploads it, or finds it back in its place.
discard() {
  away=.removing-$1
  mv "$1" "$away" 2>/dev/null || return 0
  if [ -e "$away/${completeMark}" ] && ! older "$away/${completeMark}" "$2" && [ ! -e "$1" ]; then mv "$away" "$1"
  else rm -rf "$away"
  fi
}
cd "$cache" && {
  for place in $(ls -d .removing-* 2>/dev/null); do older "$place" 0 && rm -rf "$place"; done
  for place in runtime-* program-* node-*; do
    [ ! -d "$place" ] || [ -e "$place/${completeMark}" ] || { older "$place" 0 && rm -rf "$place"; }
  done
  for mark in $(find runtime-*/${completeMark} program-*/${completeMark} node-*/${completeMark} -prune -mtime +${keepDays} 2>/dev/null); do
    discard "\${mark%/*}" ${keepDays}
  done
  kept=0
  ls -td runtime-*/${completeMark} program-*/${completeMark} node-*/${completeMark} 2>/dev/null | sed 's,/.*,,' |
    while IFS= read -r place; do du -sk "$place" 2>/dev/null; done |
    while read -r size place; do
      kept=$((kept + size))
      [ "$kept" -le "\${LOCKSTEP_CACHE_KIB:-${keepMiB * 1024}}" ] || ! older "$place/${completeMark}" ${inUseDays - 1} || discard "$place" ${inUseDays - 1}
    done
} < /dev/null
# A host that cannot be used is left as it was; an upload makes what it needs.
[ -n "$found" ] || { rmdir "$cache" && [ "$made" = "\${cache%/*}" ] && rmdir "$made"; } 2>/dev/null
say ready ''
while IFS= read -r line; do say echo "$line"; done`;
}
