/** What a test answers when it is asked, and what it was asked. */
import type { Prompter } from '../../runtime/launch/ssh';
import type { HostKeyQuestion, SecretQuestion } from '../../runtime/protocol/questions';

/** A prompter with prepared answers; what it has none for fails the test's connection. */
export interface Answers extends Prompter {
  readonly keys: HostKeyQuestion[];
  readonly secrets: SecretQuestion[];
}

/** Answers questions about keys with `trust`, those about secrets with these, one after the other. */
export function answers(trust: boolean, ...secrets: (string | undefined)[]): Answers {
  const left = [...secrets];
  const asked: Answers = {
    keys: [],
    secrets: [],
    confirmHostKey(question) {
      asked.keys.push(question);
      return Promise.resolve(trust);
    },
    secret(question) {
      asked.secrets.push(question);
      return Promise.resolve(left.shift());
    },
  };
  return asked;
}

/** Nothing is to be asked. */
export const nothingAsked: Prompter = {
  confirmHostKey: ({ host }) => Promise.reject(new Error(`asked about the key of ${host}`)),
  secret: ({ prompt }) => Promise.reject(new Error(`asked for: ${prompt}`)),
};
