import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ANY_SOURCE, ANY_TAG, type Message, messageModes } from '../protocol/envelope';
import { Matching, type PostedReceive } from './matching';

/** `npm run test:long` asks for more. */
const sequences = Number(process.env['LOCKSTEP_SEQUENCES'] ?? 5000);

const sources = 4;

function message(communicator: number, source: number, tag: number, sequence: number): Message {
  const messageId = communicator * 1e6 + source * 1e4 + sequence;
  return {
    envelope: {
      mode: messageModes.eager,
      communicator,
      source,
      destination: 0,
      tag,
      sequence,
      messageId,
      clock: 0,
      bytes: 0,
      signature: 0,
    },
    payload: { kind: 0, parts: [] },
  };
}

const posted = (communicator: number, source: number, tag: number): PostedReceive => ({
  communicator,
  source,
  tag,
  message: undefined,
});

/** The rules of the standard in the plainest form: two lists, searched from the front. */
class Oracle {
  private readonly unexpected: Message[] = [];
  private readonly waiting: PostedReceive[] = [];

  arrive(arriving: Message): PostedReceive | undefined {
    const at = this.waiting.findIndex((receive) => this.fits(receive, arriving));
    if (at >= 0) return this.waiting.splice(at, 1)[0];
    this.unexpected.push(arriving);
    return undefined;
  }

  find(wanted: PostedReceive, take: boolean): Message | undefined {
    const at = this.unexpected.findIndex((each) => this.fits(wanted, each));
    if (at < 0) return undefined;
    return take ? this.unexpected.splice(at, 1)[0] : this.unexpected[at];
  }

  post(receive: PostedReceive): void {
    this.waiting.push(receive);
  }

  cancel(receive: PostedReceive): void {
    const at = this.waiting.indexOf(receive);
    if (at >= 0) this.waiting.splice(at, 1);
  }

  private fits({ communicator, source, tag }: PostedReceive, { envelope }: Message): boolean {
    return (
      communicator === envelope.communicator &&
      [ANY_SOURCE, envelope.source].includes(source) &&
      [ANY_TAG, envelope.tag].includes(tag)
    );
  }
}

type Step =
  | { type: 'arrive'; communicator: number; source: number; tag: number }
  | { type: 'receive' | 'peek'; communicator: number; source: number; tag: number }
  | { type: 'cancel'; which: number };

const anyCommunicator = fc.constantFrom(0, 0, 1, 7);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant('arrive' as const),
      communicator: anyCommunicator,
      source: fc.nat(sources - 1),
      tag: fc.nat(3),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constantFrom('receive' as const, 'receive' as const, 'peek' as const),
      communicator: anyCommunicator,
      source: fc.integer({ min: ANY_SOURCE, max: sources - 1 }),
      tag: fc.integer({ min: ANY_TAG, max: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('cancel' as const), which: fc.nat(50) }) },
);

describe('matching', () => {
  it('gives each receive the message that the plain rules give it', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const matching = new Matching(sources);
        const oracle = new Oracle();
        const sent = new Map<string, number>();
        const receives: PostedReceive[] = [];
        for (const each of steps) {
          if (each.type === 'cancel') {
            const receive = receives[each.which];
            if (!receive) continue;
            matching.cancel(receive);
            oracle.cancel(receive);
            continue;
          }
          const { communicator, source, tag } = each;
          if (each.type === 'arrive') {
            const key = `${communicator} ${source}`;
            const sequence = sent.get(key) ?? 0;
            sent.set(key, sequence + 1);
            const arriving = message(communicator, source, tag, sequence);
            const receive = matching.arrive(arriving);
            assert.equal(receive, oracle.arrive(arriving));
            if (receive) assert.equal(receive.message, arriving);
            continue;
          }
          const receive = posted(communicator, source, tag);
          if (each.type === 'peek') {
            assert.equal(matching.peek(communicator, source, tag), oracle.find(receive, false));
            continue;
          }
          const taken = matching.take(communicator, source, tag);
          assert.equal(taken, oracle.find(receive, true));
          if (taken) continue;
          matching.post(receive);
          oracle.post(receive);
          receives.push(receive);
        }
      }),
      { numRuns: sequences },
    );
  });

  it('refuses a gap, a duplicate and a source that does not exist', () => {
    const matching = new Matching(2);
    matching.arrive(message(0, 1, 0, 0));
    matching.arrive(message(3, 1, 0, 0));
    matching.arrive(message(0, 0, 0, 0));
    assert.throws(() => matching.arrive(message(0, 1, 0, 2)), {
      code: 'malformed',
      message: /message 2 of node 1 in communicator 0 came where message 1 was due/,
    });
    assert.throws(() => matching.arrive(message(0, 1, 0, 0)), { code: 'malformed' });
    for (const source of [2, -1, 0.5, NaN]) {
      assert.throws(() => matching.arrive(message(0, source, 0, 0)), { code: 'malformed' });
    }
  });

  it('takes 100,000 messages in the reverse order of their tags, and by wildcards', () => {
    const count = 100_000;
    const matching = new Matching(2);
    for (let tag = 0; tag < count; tag++) matching.arrive(message(0, tag % 2, tag, Math.floor(tag / 2)));
    for (let tag = count - 1; tag >= count / 2; tag--) {
      assert.equal(matching.take(0, tag % 2, tag)?.envelope.tag, tag);
    }
    for (let tag = 0; tag < count / 2; tag++) {
      const source = tag % 3 === 0 ? tag % 2 : ANY_SOURCE;
      assert.equal(matching.take(0, source, ANY_TAG)?.envelope.tag, tag);
    }
    assert.equal(matching.take(0, ANY_SOURCE, ANY_TAG), undefined);
  });
});
