import { maximumPayloadBytes } from '../protocol/envelope';
import { LockstepError } from '../protocol/errors';
import { Tag } from './valueFormat';

const initialBytes = 8192;
/** A writer that has grown beyond this gives its memory back. */
const keptBytes = 1 << 20;
/** Strings up to this length are written character by character, which beats a call into Node. */
const shortString = 24;

const beyondLatin1 = /[\u0100-\uffff]/;

/** Bytes that grow, and how numbers, strings and lengths are written into them (see valueFormat.ts). */
export class PrimitiveWriter {
  private buffer = Buffer.allocUnsafeSlow(initialBytes);
  private view = new DataView(this.buffer.buffer);
  private position = 0;

  /** What has been written; valid until the next write after a reset. */
  get bytes(): Uint8Array {
    return this.buffer.subarray(0, this.position);
  }

  /** Writes a string's characters alone; true if a byte each was enough, else it took two. */
  writeCharacters(text: string): boolean {
    const { length } = text;
    this.ensure(2 * length);
    if (length <= shortString) {
      const { buffer } = this;
      let position = this.position;
      for (let i = 0; i < length; i++) {
        const unit = text.charCodeAt(i);
        if (unit > 0xff) return this.writeUtf16(text);
        buffer[position++] = unit;
      }
      this.position = position;
      return true;
    }
    if (beyondLatin1.test(text)) return this.writeUtf16(text);
    this.position += this.buffer.write(text, this.position, 'latin1');
    return true;
  }

  reset(): void {
    this.position = 0;
    if (this.buffer.length > keptBytes) this.allocate(initialBytes);
  }

  protected writeNumber(value: number): void {
    this.ensure(5);
    const whole = value | 0;
    if (whole !== value || (whole === 0 && Object.is(value, -0))) {
      this.writeDouble(Tag.Double, value);
    } else if (whole >= 0 && whole < 0x80) {
      this.buffer[this.position++] = Tag.SmallInteger | whole;
    } else if (whole >= -0x80 && whole < 0x80) {
      this.buffer[this.position++] = Tag.Int8;
      this.buffer[this.position++] = whole;
    } else {
      this.buffer[this.position] = Tag.Int32;
      this.view.setInt32(this.position + 1, whole, true);
      this.position += 5;
    }
  }

  protected writeString(text: string): void {
    this.ensure(6);
    const at = this.position++;
    this.writeLength(text.length);
    const latin1 = this.writeCharacters(text);
    this.buffer[at] = latin1 ? Tag.Latin1 : Tag.Utf16;
  }

  protected writeDouble(tag: Tag, value: number): void {
    this.ensure(9);
    this.buffer[this.position] = tag;
    this.view.setFloat64(this.position + 1, value, true);
    this.position += 9;
  }

  protected writeBytes(bytes: Uint8Array): void {
    this.ensure(bytes.byteLength);
    this.buffer.set(bytes, this.position);
    this.position += bytes.byteLength;
  }

  protected writeByte(byte: number): void {
    this.ensure(1);
    this.buffer[this.position++] = byte;
  }

  protected writeLength(length: number): void {
    this.ensure(5);
    if (length < 0xff) {
      this.buffer[this.position++] = length;
    } else {
      this.buffer[this.position] = 0xff;
      this.view.setUint32(this.position + 1, length, true);
      this.position += 5;
    }
  }

  private writeUtf16(text: string): false {
    this.position += this.buffer.write(text, this.position, 'utf16le');
    return false;
  }

  private ensure(bytes: number): void {
    const needed = this.position + bytes;
    if (needed <= this.buffer.length) return;
    if (needed > maximumPayloadBytes) {
      throw new LockstepError('frameTooLarge', { bytes: needed, limit: maximumPayloadBytes });
    }
    const old = this.buffer;
    this.allocate(Math.min(maximumPayloadBytes, Math.max(2 * old.length, needed)));
    this.buffer.set(old.subarray(0, this.position));
  }

  private allocate(bytes: number): void {
    this.buffer = Buffer.allocUnsafeSlow(bytes);
    this.view = new DataView(this.buffer.buffer);
  }
}
