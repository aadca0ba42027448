/** What the user says about a machine reached over SSH, and is asked about it. */
import type { SshBackendName } from '../../protocol/configuration';
import type { HostKeyQuestion, SecretQuestion } from '../../protocol/questions';

/** A machine as a user names it. What is absent comes from the user's SSH configuration. */
export interface SshTarget {
  /** An alias of the SSH configuration, a host name or an address. */
  host: string;
  user?: string;
  port?: number;
  /** Path of a private key, tried before those of the configuration. */
  identityFile?: string;
  /** Jump hosts as in ssh's ProxyJump: `[user@]host[:port]`, several separated by commas. */
  proxyJump?: string;
  backend?: SshBackendName;
  /** Another SSH configuration file than the user's own. */
  configFile?: string;
}

/** Asks the user: by the editor's input boxes, or on the terminal. */
export interface Prompter {
  /** Whether to trust a host whose key is not known yet; the fingerprint is as `ssh-keygen -l` prints it. */
  confirmHostKey(question: HostKeyQuestion): Promise<boolean>;
  /** A secret, or undefined where the user gives none. */
  secret(question: SecretQuestion): Promise<string | undefined>;
}
