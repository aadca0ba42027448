/** What is said: a machine's announcement, and the question of somebody who has just begun to listen. */
import * as v from 'valibot';
import type { Labels } from '../protocol/discovery';

const wholeNumber = (least: number, most = Number.MAX_SAFE_INTEGER) =>
  v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));
const matching = (pattern: RegExp) => v.pipe(v.string(), v.regex(pattern));

/** Begins with a letter or digit: nothing that a program could take for an option, nothing a terminal obeys. */
const hostName = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,252}$/;
const labelName = /^[A-Za-z][A-Za-z0-9_.-]{0,31}$/;
const labelValue = /^[\p{L}\p{N}][\p{L}\p{N}_.:/ +-]{0,47}$/u;
const version = /^v?\d{1,4}\.\d{1,4}\.\d{1,6}[A-Za-z0-9.+-]{0,24}$/;
const platform = /^[a-z0-9]{2,16} [a-z0-9_]{2,16}$/;

/** The most labels a machine can have. */
export const maximumLabels = 16;
export const maximumAddresses = 6;

/** True for a host name or address. */
export const isHostName = (text: string): boolean => hostName.test(text);
/** True for a user's name. */
export const isUserName = (text: string): boolean => userName.test(text);
const userName = /^[A-Za-z0-9_][A-Za-z0-9._@-]{0,63}$/;

/** True for what may stand left and right of a label's `=`. */
export const isLabel = (name: string, value: string): boolean =>
  labelName.test(name) && labelValue.test(value);

const labels = v.pipe(
  v.record(matching(labelName), matching(labelValue)),
  v.check((given: Labels) => Object.keys(given).length <= maximumLabels),
);

const stamp = {
  /** Of one run of an agent, or of one who listens: 16 random bytes. */
  instance: matching(/^[0-9a-f]{32}$/),
  /** One more with each datagram of an instance. */
  sequence: wholeNumber(1),
  /** By the sender's clock. */
  sentAtMs: wholeNumber(0),
};

const announcement = v.object({
  type: v.literal('announcement'),
  ...stamp,
  /** When the agent began, by the sender's clock. */
  startedAtMs: wholeNumber(0),
  state: v.picklist(['present', 'leaving']),
  machine: v.object({
    name: matching(hostName),
    addresses: v.pipe(v.array(v.pipe(v.string(), v.ip())), v.maxLength(maximumAddresses)),
    ssh: v.object({
      host: v.optional(matching(hostName)),
      port: wholeNumber(1, 65535),
      user: v.optional(matching(userName)),
    }),
    resources: v.object({
      cores: wholeNumber(1, 65536),
      memoryMiB: wholeNumber(0),
      freeMemoryMiB: wholeNumber(0),
      load: v.pipe(v.number(), v.finite(), v.minValue(0)),
      nodeVersion: matching(version),
      platform: matching(platform),
    }),
    labels,
  }),
});

const message = v.variant('type', [announcement, v.object({ type: v.literal('query'), ...stamp })]);

export type Announcement = v.InferOutput<typeof announcement>;
export type Message = v.InferOutput<typeof message>;

/** A message as the body of a datagram. */
export function encodeMessage(value: Message): Buffer {
  return Buffer.from(JSON.stringify(value));
}

/** The message of a body, or undefined where it is none. Never throws. */
export function decodeMessage(body: Buffer): Message | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
  const result = v.safeParse(message, value);
  return result.success ? result.output : undefined;
}
