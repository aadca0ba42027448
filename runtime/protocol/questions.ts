/** What a coordinator may have to ask of the client that starts a job. A client without an answer declines. */

/** Whether to trust a host whose key is not known yet. */
export interface HostKeyQuestion {
  /** As the user names it. */
  host: string;
  /** Where it is. */
  address: string;
  port: number;
  /** `ED25519`, `ECDSA` or `RSA`. */
  keyType: string;
  /** `SHA256:…`, as `ssh-keygen -l` prints it. */
  fingerprint: string;
}

/** What the user is to type. */
export interface SecretQuestion {
  host: string;
  user: string;
  kind: 'password' | 'passphrase' | 'keyboard-interactive';
  /** The whole question, as it is shown. */
  prompt: string;
  /** The answer before, to the same question, was wrong. */
  again: boolean;
  /** Whether the typed text may be shown. */
  echo: boolean;
}

/** Whether to start on the other hosts when some cannot be used. */
export interface GoOnQuestion {
  /** A sentence a host. */
  problems: string[];
  /** Names of the hosts that can be used. */
  remaining: string[];
}

/** Each question and its answer. */
export interface Questions {
  confirmHostKey: { question: HostKeyQuestion; answer: boolean };
  /** null: none is given. */
  secret: { question: SecretQuestion; answer: string | null };
  goOnWithout: { question: GoOnQuestion; answer: boolean };
}

/** The names of all questions. */
export const questionNames = [
  'confirmHostKey',
  'secret',
  'goOnWithout',
] as const satisfies (keyof Questions)[];

/** A client's answers to the questions of its coordinator. */
export type Answers = {
  [Q in keyof Questions]: (question: Questions[Q]['question']) => Promise<Questions[Q]['answer']>;
};

/** The answers where nobody can be asked. */
export const declineAll: Answers = {
  confirmHostKey: () => Promise.resolve(false),
  secret: () => Promise.resolve(null),
  goOnWithout: () => Promise.resolve(false),
};
