/** Open sockets handed from one process of a user to another, over a Unix socket (SCM_RIGHTS, unix(7)); Linux only. */
import { type Koffi, loadKoffi, type NativeFunction } from '../koffi';

const withoutWaiting = 0x40; // MSG_DONTWAIT
const withoutSignal = 0x4000; // MSG_NOSIGNAL
const closeOnExec = 0x4000_0000; // MSG_CMSG_CLOEXEC
const socketLevel = 1; // SOL_SOCKET
const rights = 1; // SCM_RIGHTS
/** Sizes of `struct msghdr`, `struct iovec` and of control data with one descriptor, on 64-bit systems. */
const messageBytes = 56;
const vectorBytes = 16;
const controlBytes = 24;
const controlLength = 20;

export class PassedSockets {
  private readonly sendmsg: NativeFunction;
  private readonly recvmsg: NativeFunction;

  private constructor(private readonly koffi: Koffi) {
    const libc = koffi.load(null);
    this.sendmsg = libc.func('int64_t sendmsg(int file, const void *message, int flags)');
    this.recvmsg = libc.func('int64_t recvmsg(int file, void *message, int flags)');
  }

  /** Loads the binary in this folder; throws an Error where there is none. */
  static load(folder: string): PassedSockets {
    if (process.platform !== 'linux') throw new Error('open sockets can be handed over on Linux alone');
    return new PassedSockets(loadKoffi(folder));
  }

  /** Sends bytes and a descriptor, which stays open here too; false where nobody takes them. */
  give(over: number, bytes: Buffer, file: number): boolean {
    const control = Buffer.alloc(controlBytes);
    control.writeBigUInt64LE(BigInt(controlLength));
    control.writeInt32LE(socketLevel, 8);
    control.writeInt32LE(rights, 12);
    control.writeInt32LE(file, 16);
    const { message } = this.describe(bytes, control);
    return Number(this.sendmsg(over, message, withoutWaiting | withoutSignal)) === bytes.length;
  }

  /** Fills `bytes` with what has come, and answers the descriptor that came with it, if one did. */
  take(over: number, bytes: Buffer): number | undefined {
    const control = Buffer.alloc(controlBytes);
    const { message } = this.describe(bytes, control);
    const count = Number(this.recvmsg(over, message, withoutWaiting | closeOnExec));
    const hasFile =
      count === bytes.length &&
      Number(control.readBigUInt64LE()) === controlLength &&
      control.readInt32LE(8) === socketLevel &&
      control.readInt32LE(12) === rights;
    return hasFile ? control.readInt32LE(16) : undefined;
  }

  /** The vector has to live as long as the message that points to it. */
  private describe(bytes: Buffer, control: Buffer): { message: Buffer; vector: Buffer } {
    const vector = Buffer.alloc(vectorBytes);
    vector.writeBigUInt64LE(BigInt(this.koffi.address(bytes)));
    vector.writeBigUInt64LE(BigInt(bytes.length), 8);
    const message = Buffer.alloc(messageBytes);
    message.writeBigUInt64LE(BigInt(this.koffi.address(vector)), 16);
    message.writeBigUInt64LE(1n, 24);
    message.writeBigUInt64LE(BigInt(this.koffi.address(control)), 32);
    message.writeBigUInt64LE(BigInt(control.length), 40);
    return { message, vector };
  }
}
