/**
 * The known_hosts format of OpenSSH (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"): which lines are about a host, and what
 * they say about the key that it shows. Pure.
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** A line that holds a key. */
export interface KnownHost {
  /** Position in the file, from 1. */
  line: number;
  /** `revoked`: never to be trusted; `certAuthority`: signs keys of hosts, and is none itself. */
  marker: 'none' | 'revoked' | 'certAuthority';
  /** Names and patterns, or one hashed name. */
  hosts: string;
  keyType: string;
  key: Buffer;
}

/** The lines that hold a whole key; others say nothing. */
export function parseKnownHosts(text: string): KnownHost[] {
  const found: KnownHost[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const parsed = parseLine(raw.replace(/^[ \t]+/, ''));
    if (parsed) found.push({ line: index + 1, ...parsed });
  }
  return found;
}

const markers: Record<string, KnownHost['marker']> = {
  '@revoked': 'revoked',
  '@cert-authority': 'certAuthority',
};

function parseLine(line: string): Omit<KnownHost, 'line'> | undefined {
  if (line === '' || line.startsWith('#')) return undefined;
  let marker: KnownHost['marker'] = 'none';
  let rest = line;
  if (line.startsWith('@')) {
    const [, word = '', after = ''] =
      /^(@[^ ]*) [ \t]*(.*)$/s.exec(line) ?? /^(@[^\t]*)\t[ \t]*(.*)$/s.exec(line) ?? [];
    const known = markers[word];
    if (known === undefined || after.startsWith('@')) return undefined;
    marker = known;
    rest = after;
  }
  const [, hosts = '', keyType = '', encoded = ''] =
    /^([^ \t]+)[ \t]+([^ \t]+)[ \t]+([^ \t]+)/.exec(rest) ?? [];
  const key = decodeKey(keyType, encoded);
  return key && { marker, hosts, keyType, key };
}

/** How many parts a key of a type has, its name counted. Keys of other types are none that a host could show here. */
const partsOfType: Record<string, number> = {
  'ssh-ed25519': 2,
  'ssh-rsa': 3,
  'ecdsa-sha2-nistp256': 3,
  'ecdsa-sha2-nistp384': 3,
  'ecdsa-sha2-nistp521': 3,
  'sk-ssh-ed25519@openssh.com': 3,
  'sk-ecdsa-sha2-nistp256@openssh.com': 4,
  'ssh-dss': 5,
};

/** The bytes of a key, if they are a whole one of this type. */
function decodeKey(keyType: string, encoded: string): Buffer | undefined {
  const text = encoded.trim();
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined;
  const key = Buffer.from(text, 'base64');
  const parts = partsOf(key);
  const whole = parts?.length === partsOfType[keyType] && parts?.[0]?.toString('latin1') === keyType;
  return whole ? key : undefined;
}

/** The parts of a key, each after its length (RFC 4253, section 6.6); undefined if it is cut off. */
function partsOf(key: Buffer): Buffer[] | undefined {
  const parts: Buffer[] = [];
  for (let at = 0; at < key.length;) {
    if (at + 4 > key.length) return undefined;
    const end = at + 4 + key.readUInt32BE(at);
    if (end > key.length) return undefined;
    parts.push(key.subarray(at + 4, end));
    at = end;
  }
  return parts;
}

/** The type that the bytes of a key name. */
export const keyTypeOf = (key: Buffer): string | undefined => partsOf(key)?.[0]?.toString('latin1');

/** True if a line's names are about the host: `name`, or `[name]:port` for a port other than 22. */
export function matchesHost(hosts: string, name: string): boolean {
  const wanted = lowerCase(name);
  if (hosts.startsWith('|')) return matchesHashed(hosts, wanted);
  let found = false;
  for (const pattern of hosts.split(',')) {
    const negated = pattern.startsWith('!');
    if (!matchesPattern(wanted, lowerCase(negated ? pattern.slice(1) : pattern))) continue;
    if (negated) return false;
    found = true;
  }
  return found;
}

const lowerCase = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

/** `*` stands for any text, `?` for one character. Linear in memory, at most quadratic in time. */
function matchesPattern(text: string, pattern: string): boolean {
  let at = 0;
  let p = 0;
  let star = -1;
  let resume = 0;
  while (at < text.length) {
    if (p < pattern.length && pattern[p] === '*') {
      star = p++;
      resume = at;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[at])) {
      p++;
      at++;
    } else if (star >= 0) {
      p = star + 1;
      at = ++resume;
    } else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}

const saltBytes = 20;

function matchesHashed(hosts: string, name: string): boolean {
  const [, salt, hash] = /^\|1\|([A-Za-z0-9+/]+={0,2})\|([A-Za-z0-9+/]+={0,2})$/.exec(hosts) ?? [];
  if (salt === undefined || hash === undefined) return false;
  const key = Buffer.from(salt, 'base64');
  const wanted = Buffer.from(hash, 'base64');
  if (key.length !== saltBytes) return false;
  const found = createHmac('sha1', key).update(name).digest();
  return found.length === wanted.length && timingSafeEqual(found, wanted);
}

/** The name by which a host is known: with its port unless that is 22. */
export const knownName = (host: string, port: number): string =>
  port === 22 ? lowerCase(host) : `[${lowerCase(host)}]:${port}`;

/** A line for a host's key, its name hashed on request. */
export function knownHostLine(name: string, key: Buffer, hashed: boolean): string {
  const salt = randomBytes(saltBytes);
  const hosts = hashed
    ? `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(lowerCase(name)).digest('base64')}`
    : name;
  return `${hosts} ${keyTypeOf(key) ?? ''} ${key.toString('base64')}`;
}

/** A key's fingerprint as `ssh-keygen -l` prints it. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** A type of keys as `ssh-keygen -l` names it. */
export function keyTypeName(keyType: string): string {
  if (keyType === 'ssh-ed25519') return 'ED25519';
  if (keyType.startsWith('ecdsa-sha2-')) return 'ECDSA';
  if (keyType === 'ssh-dss') return 'DSA';
  return keyType === 'ssh-rsa' ? 'RSA' : keyType;
}
