/** Answers a coordinator's questions on the terminal; declines where there is none, and says so. */
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { type Answers, declineAll } from '../protocol/questions';

/** The answers of whoever sits at the terminal. */
export function terminalAnswers(): Answers {
  if (!process.stdin.isTTY) return declined();
  return {
    confirmHostKey: ({ host, address, port, keyType, fingerprint }) =>
      askYesNo(
        `The host ${host} (${address} port ${port}) is not known yet. Its ${keyType} key has the fingerprint\n  ${fingerprint}\nTrust it`,
      ),
    secret: async ({ prompt, echo }) => (await askLine(prompt, echo)) ?? null,
    goOnWithout: ({ problems, remaining }) =>
      askYesNo(`${problems.join('\n')}\nGo on with ${remaining.join(', ')} alone`),
  };
}

/** No terminal: nobody can be asked, but what would have been asked is said. */
function declined(): Answers {
  const say = (text: string) => process.stderr.write(`lockstep: ${text} Run it in a terminal to answer.\n`);
  return {
    confirmHostKey: (question) => {
      say(`${question.host} shows a key that is not known yet (${question.fingerprint}).`);
      return declineAll.confirmHostKey(question);
    },
    secret: (question) => {
      say(`${question.host} asks: ${question.prompt.trim()}`);
      return declineAll.secret(question);
    },
    goOnWithout: (question) => {
      for (const problem of question.problems) process.stderr.write(`lockstep: ${problem}\n`);
      return declineAll.goOnWithout(question);
    },
  };
}

async function askYesNo(question: string): Promise<boolean> {
  const answer = await askLine(`${question} [y/N]? `, true);
  return /^y(es)?$/i.test(answer?.trim() ?? '');
}

/** Several machines may ask at the same time: they are answered one after the other. */
let asked: Promise<unknown> = Promise.resolve();

/** One line from the terminal; undefined at its end. What is typed is not shown unless `echo`. */
function askLine(prompt: string, echo: boolean): Promise<string | undefined> {
  const line = asked.then(() => readLine(prompt, echo));
  asked = line;
  return line;
}

function readLine(prompt: string, echo: boolean): Promise<string | undefined> {
  return new Promise((resolve) => {
    const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
    const lines = createInterface({
      input: process.stdin,
      output: echo ? process.stderr : silent,
      terminal: true,
    });
    process.stderr.write(prompt); // once the terminal shows nothing by itself any more
    lines.once('line', (line) => {
      resolve(line);
      lines.close();
    });
    lines.once('close', () => {
      if (!echo) process.stderr.write('\n');
      resolve(undefined);
    });
  });
}
