import type { DebugProtocol } from '@vscode/debugprotocol';
import { errorKinds, LockstepError } from '../../runtime/protocol/errors';

/** Requests whose failure the user has to see; others fail where the user looks anyway (a hover, a watch). */
const shown = new Set(['launch', 'attach', 'restart']);

/**
 * An error as a response carries it, with what the registry says of it; anything thrown becomes an error of the
 * registry. `clientShows` is false where whoever runs the adapter shows the user what failed.
 */
export function toDapError(
  command: string,
  thrown: unknown,
  clientShows: boolean,
): { message: string; body: { error: DebugProtocol.Message } } {
  const error = LockstepError.from(thrown);
  return {
    message: error.message,
    body: {
      error: {
        id: Object.keys(errorKinds).indexOf(error.code) + 1,
        // Variables in braces, so that braces in the text stay what they are.
        format: '{text}',
        variables: { ...textsOf(error.data), text: error.message },
        showUser: clientShows && shown.has(command),
      },
    },
  };
}

const textsOf = (data: object): Record<string, string> =>
  Object.fromEntries(Object.entries(data).map(([name, value]) => [name, String(value)]));
