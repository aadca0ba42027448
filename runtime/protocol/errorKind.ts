/** What an entry of the registry of errors says; the registry itself is in errors.ts. */
export type Audience =
  /** Whoever called a command or wrote a setting. */
  | 'user'
  /** Whoever wrote the distributed program. */
  | 'student'
  /** A fault of Lockstep. */
  | 'internal';

/** The values that an error names. */
export type ErrorData = Record<string, string | number | boolean | undefined>;

/** One error: for whom it is, whether the operation certainly did not happen, and its sentence. */
export interface ErrorKind {
  audience: Audience;
  definite: boolean;
  message(data: ErrorData): string;
}

/** For whoever called a command or wrote a setting. */
export const user = (message: ErrorKind['message'], definite = true): ErrorKind => ({
  audience: 'user',
  definite,
  message,
});
/** For whoever wrote the distributed program. */
export const student = (message: ErrorKind['message'], definite = true): ErrorKind => ({
  audience: 'student',
  definite,
  message,
});
/** A fault of Lockstep. */
export const internal = (message: ErrorKind['message'], definite = false): ErrorKind => ({
  audience: 'internal',
  definite,
  message,
});
