import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { journalMachine, journalMachineFile, keepJournalMachine } from '../core/journalMachine';
import type { NodeHost } from '../launch/nodeHost';
import { LocalHost } from '../launch/localHost';
import type { PlacedJournal } from '../protocol/agentLink';
import type { JobSpec } from '../protocol/job';

/** The journal of a program whose node 0 runs on this host: with where it lies now, and where an earlier one may lie. */
export function placeJournal(
  spec: Pick<JobSpec, 'program' | 'journal'>,
  host: NodeHost,
): PlacedJournal | undefined {
  const { journal } = spec;
  if (!journal) return undefined;
  const machine = host instanceof LocalHost ? undefined : host.name;
  const isHere = existsSync(join(journal.folder, 'journal'));
  const noted = journalMachine(spec);
  const before = noted ?? (isHere ? 'this machine' : undefined);
  if (machine !== undefined && before === undefined) keepJournalMachine(spec, machine);
  if (before === undefined || before === (machine ?? 'this machine')) return { ...journal, machine };
  const file = noted === undefined ? journal.folder : journalMachineFile(spec);
  return { ...journal, machine, earlier: { machine: before, file: file ?? '' } };
}
