/** Reads files of keys: by the library, and the public half of an encrypted one without its passphrase. */
import type { ParsedKey } from 'ssh2';

type Ssh = typeof import('./sshLibraries');

/** A public key, or the public half of a private one; undefined for what the library cannot read. */
export function parsePublicKey(ssh: Ssh, content: Buffer | undefined): ParsedKey | undefined {
  if (!content) return undefined;
  const key = ssh.utils.parseKey(content);
  return key instanceof Error ? undefined : key;
}

/** A private key; undefined where the passphrase is missing or wrong. */
export function parsePrivateKey(ssh: Ssh, content: Buffer, passphrase?: string): ParsedKey | undefined {
  try {
    // As bytes: the library counts characters of a string where bytes are meant.
    const bytes = passphrase === undefined ? undefined : Buffer.from(passphrase);
    const parsed: ParsedKey | ParsedKey[] | Error = ssh.utils.parseKey(content, bytes);
    const key = Array.isArray(parsed) ? (parsed as ParsedKey[])[0] : parsed;
    return !key || key instanceof Error || !key.isPrivateKey() ? undefined : key;
  } catch {
    return undefined;
  }
}

/** The first public key of an `openssh-key-v1` file, which is not encrypted. */
export function publicHead(content: Buffer): Buffer | undefined {
  const [, body] =
    /-----BEGIN OPENSSH PRIVATE KEY-----([^-]*)-----END/.exec(content.toString('latin1')) ?? [];
  if (body === undefined) return undefined;
  const bytes = Buffer.from(body, 'base64');
  const magic = 'openssh-key-v1\0';
  if (bytes.toString('latin1', 0, magic.length) !== magic) return undefined;
  let at = magic.length;
  const next = () => {
    const end = at + 4 + bytes.readUInt32BE(at);
    if (end > bytes.length) throw new RangeError('truncated');
    const part = bytes.subarray(at + 4, end);
    at = end;
    return part;
  };
  try {
    for (let skipped = 0; skipped < 3; skipped++) next(); // cipher, key derivation, its options
    at += 4; // number of keys
    return next();
  } catch {
    return undefined;
  }
}
