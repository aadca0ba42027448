/** What went wrong while connecting, as a sentence with the host's name. */
import { LockstepError } from '../../protocol/errors';

interface Where {
  /** As the user wrote it. */
  host: string;
  address: string;
  port: number;
}

const reasons: Record<string, string> = {
  ECONNREFUSED: 'nothing answers there (connection refused)',
  EHOSTUNREACH: 'there is no route to it',
  ENETUNREACH: 'there is no route to its network',
  EHOSTDOWN: 'it is down',
  ETIMEDOUT: 'it does not answer',
  ECONNRESET: 'it closed the connection',
  EACCES: 'this machine does not allow it',
};

/** An error of opening a TCP connection. */
export function socketError(where: Where, error: NodeJS.ErrnoException): LockstepError {
  const code = error.code ?? '';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'EAI_NODATA' || code === 'EINVAL')
    return new LockstepError('sshUnknownHost', { ...where }, { cause: error });
  return new LockstepError(
    'sshUnreachable',
    { ...where, reason: reasons[code] ?? error.message },
    { cause: error },
  );
}

/** An error of the library during the handshake or later. */
export function protocolReason(error: Error): string {
  const { message } = error;
  const code = (error as NodeJS.ErrnoException).code;
  if (typeof code === 'string' && reasons[code]) return reasons[code];
  if (/no matching (.*)/i.test(message))
    return `host and client have ${message.replace(/^.*no matching /i, 'no ')} in common`;
  if (/keepalive timeout/i.test(message)) return 'the host does not answer any more';
  if (/connection lost before handshake/i.test(message))
    return 'the host closed the connection before it said that it speaks SSH';
  if (/too many authentication failures/i.test(message)) return 'the host allows no more attempts';
  return message.replace(/\.$/, '');
}
