/**
 * Machines reached from here, whatever carries commands to them: running one, and uploading files with nothing but a
 * POSIX shell on the other side. Start reading at `remoteHost.ts`. Imports core/ and protocol/ alone.
 */
export { remoteProcessOf } from './childProcess';
export type { RemoteEnd, RemoteHost, RemoteProcess, UploadFile } from './remoteHost';
export { beginCommand, lastLine, readText } from './remoteProcess';
export { shellQuote } from './shellQuote';
export { fileError, uploadFiles } from './upload';
