/** What goes wrong with tasks: in how they are handed in, and in what becomes of them. */
import { type ErrorData, type ErrorKind, student, user } from './errorKind';

const which = (d: ErrorData): string => `Task ${d.task} #${d.id} of ${d.job}`;

export const taskErrors = {
  duplicateTask: student(
    (d) =>
      `task("${d.name}", …) is there twice. Give each task a name of its own: nodes know tasks by their names.`,
  ),
  unknownTask: student(
    (d) =>
      `This node knows no task "${d.name}". Call task(…) at the top level of the program, not within the driver: only there every node does.`,
  ),
  notATask: student(
    (d) =>
      `${d.call}: ${d.value} is not what task(name, function) returns. Hand in that, not the function itself.`,
  ),
  badTaskOption: student((d) => `${d.call}: ${d.option} is ${d.value}, but must be ${d.expected}.`),
  unknownPolicy: student((d) => `There is no policy "${d.name}". There are: ${d.known}; or give a function.`),
  badChoice: student(
    (d) =>
      `The policy ${d.policy} was to choose a node for a task ${d.task}, and has returned something else. Return one of the nodes that it was given.`,
  ),
  taskFailed: student(
    (d) =>
      `${which(d)} failed on node ${d.rank}${d.at ? ` at ${d.at}` : ''}: ${d.message}${
        Number(d.attempts) > 1 ? ` (attempt ${d.attempts}${d.earlier ? `; before, ${d.earlier}` : ''})` : ''
      }`,
  ),
  badTask: student(
    (d) =>
      `${which(d)} is bad: each node that ran it died (nodes ${d.nodes}). It is not tried again; the other tasks go on. Look at what it does to its process: memory, native code, process.exit.`,
    false,
  ),
  taskInterrupted: student(
    (d) =>
      `${which(d)} was started on nodes ${d.nodes}, and each of them was lost before it ended. Look at why these nodes died, or start the program again.`,
    false,
  ),
  taskTimedOut: student((d) => `${which(d)} on node ${d.rank}: ${d.problem}.`, false),
  taskCannotFit: student(
    (d) =>
      `${which(d)} fits on no node: ${d.obstacles}. Ask for less, or give the nodes more with the option resources of driver().`,
  ),
  noNodesLeft: student(
    (d) => `${which(d)} cannot run: every node that runs tasks has died. Start the program again.`,
    false,
  ),
  unknownTaskId: user(
    (d) =>
      `There is no task #${d.id} any more, or not yet: a task is known until it has ended and the program has let go of it.`,
  ),
  noTasks: user((d) => `${d.what} has no tasks: its program is not a driver(…), or has not begun.`),
  driverSilent: user(
    (d) =>
      `The driver, node 0, does not answer: ${d.reason}. It can be asked again once it awaits something.`,
    false,
  ),
  journalUnusable: user(
    (d) =>
      `The folder ${d.folder} cannot be the journal of the tasks: ${d.reason}. Name a new folder, or one that is a journal.`,
  ),
  journalInUse: user(
    (d) =>
      `The journal ${d.folder} is in use by process ${d.pid} on ${d.host}. Wait until that program has ended, or name another folder; if no such process runs, remove ${d.file}.`,
  ),
  journalElsewhere: user(
    (d) =>
      `The journal ${d.folder} of an earlier run lies on ${d.earlier}; node 0 is on ${d.machine} now, and there is none. Bring node 0 to ${d.earlier} (it runs on the first machine of its cluster in lockstep.json), or copy the folder; to begin anew, remove ${d.file} on the machine of this command.`,
  ),
  journalWithoutTasks: user(
    (d) =>
      `${d.file} is no program of tasks: only a driver(…) has results to keep in a journal. Run it without --journal.`,
  ),
  taskCancelled: student((d) => `${which(d)} was cancelled.`),
  inputFailed: student(
    (d) => `${which(d)} takes the result of ${d.origin} #${d.originId}, which has none: ${d.why}`,
  ),
} satisfies Record<string, ErrorKind>;
