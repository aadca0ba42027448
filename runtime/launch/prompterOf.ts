import type { Answers } from '../protocol/questions';
import type { Prompter } from './ssh';

/** Puts a host's questions to a client. */
export function prompterOf(ask: Answers): Prompter {
  return {
    confirmHostKey: (question) => ask.confirmHostKey(question),
    secret: async (question) => (await ask.secret(question)) ?? undefined,
  };
}
