import type { LockstepError } from '../../protocol/errors';

/**
 * What is done about an error that other nodes cause: their failure (`procFailed`, `procFailedPending`), or a communicator
 * that was revoked (`revoked`). A function is called with the error, which is thrown when it returns.
 */
export type ErrorHandler = typeof errorsAreFatal | typeof errorsReturn | ((error: LockstepError) => void);

/** The error ends the job, and cannot be caught (MPI_ERRORS_ARE_FATAL): how every communicator begins. */
export const errorsAreFatal = 'errorsAreFatal';

/** The error is thrown by the call, so that the program can catch it and go on (MPI_ERRORS_RETURN). */
export const errorsReturn = 'errorsReturn';
