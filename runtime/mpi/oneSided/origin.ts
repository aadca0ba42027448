import type { Wait } from '../../protocol/node';
import type { NumberArray } from '../layout';
import { type WindowLink, type WindowNotice, windowNotices } from './windowLink';

/** The origin's side of a window: what the targets have answered, and which locks and epochs they have granted. */
export class Origin<A extends NumberArray> {
  private questions = 0;
  private readonly answers = new Map<number, A | undefined>();
  /** Targets that have given this node their lock, by message. */
  readonly locked = new Set<number>();
  /** By target: the ranks that this node waits for there. */
  readonly holders: (readonly number[] | undefined)[] = [];
  /** So often somebody has let go a lock that this node waits for. */
  released = 0;
  /** By rank: epochs that it has posted to this node, and that it has completed at this node. */
  readonly posted: number[];
  readonly completed: number[];

  constructor(private readonly link: WindowLink<A>) {
    this.posted = new Array<number>(link.size).fill(0);
    this.completed = new Array<number>(link.size).fill(0);
  }

  /** Takes in what is for this side. */
  handle({ kind, from, numbers, data }: WindowNotice<A>): void {
    if (kind === windowNotices.answer) this.answers.set(numbers[0] ?? -1, data[0]);
    else if (kind === windowNotices.locked) this.locked.add(from);
    else if (kind === windowNotices.held) this.holders[from] = numbers;
    else if (kind === windowNotices.released) this.released += 1;
    else if (kind === windowNotices.posted) this.posted[from]! += 1;
    else if (kind === windowNotices.completed) this.completed[from]! += 1;
  }

  /** A number by which an answer is known. */
  nextQuestion(): number {
    this.questions = (this.questions + 1) % 2 ** 31;
    return this.questions;
  }

  /** Blocks until the answer has come; what it brings, if anything. */
  answerTo(question: number, wait: Wait): A | undefined {
    const { answers } = this;
    this.link.block(() => answers.has(question), wait);
    const answer = answers.get(question);
    answers.delete(question);
    return answer;
  }
}
