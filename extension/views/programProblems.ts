import * as vscode from '../vscode';
import { hasEnded, type JobModel } from '../cluster/jobModel';
import { jobProblems, type Problem } from '../cluster/jobProblems';
import type { JobInfo } from '../../runtime/protocol/job';
import type { SourceLocation } from '../../runtime/protocol/node';

/**
 * Marks the lines of a program whose job has failed or has left something behind, and lists them in the Problems view,
 * until the program runs again.
 */
export class ProgramProblems implements vscode.Disposable {
  private readonly collection = vscode.languages.createDiagnosticCollection('lockstep');
  private readonly subscription: vscode.Disposable;
  /** By program: the job that its marks are of, and the files that they are in. */
  private readonly marked = new Map<string, { job: string; ended: boolean; byFile: Marks }>();

  constructor(model: JobModel) {
    this.subscription = model.onEvent((event) => {
      if (event.type === 'jobChanged') this.update(event.job);
    });
  }

  dispose(): void {
    this.subscription.dispose();
    this.collection.dispose();
  }

  private update(job: JobInfo): void {
    const known = this.marked.get(job.program);
    const ended = hasEnded(job.state);
    if (known?.job === job.id && known.ended === ended) return;
    const byFile = ended ? marksOf(job) : new Map<string, vscode.Diagnostic[]>();
    const files = new Set([...(known?.byFile.keys() ?? []), ...byFile.keys()]);
    this.marked.set(job.program, { job: job.id, ended, byFile });
    for (const file of files) this.show(file);
  }

  /** Two programs may import one file, so that it has the marks of both. */
  private show(file: string): void {
    const marks = [...this.marked.values()].flatMap(({ byFile }) => byFile.get(file) ?? []);
    this.collection.set(vscode.Uri.file(file), marks);
  }
}

type Marks = Map<string, vscode.Diagnostic[]>;

function marksOf(job: JobInfo): Marks {
  const marks: Marks = new Map();
  for (const problem of jobProblems(job)) {
    const { file } = problem.at;
    marks.set(file, [...(marks.get(file) ?? []), diagnostic(problem)]);
  }
  return marks;
}

function diagnostic({ severity, at, message, code, related }: Problem): vscode.Diagnostic {
  const level = severity === 'error' ? vscode.DiagnosticSeverity.Error : vscode.DiagnosticSeverity.Warning;
  const mark = new vscode.Diagnostic(rangeOf(at), message, level);
  mark.source = 'lockstep';
  mark.code = code;
  mark.relatedInformation = related.map(
    (other) =>
      new vscode.DiagnosticRelatedInformation(
        new vscode.Location(vscode.Uri.file(other.at.file), rangeOf(other.at)),
        other.message,
      ),
  );
  return mark;
}

/** From the call to the end of its line, where the editor shows it. */
function rangeOf({ file, line, column }: SourceLocation): vscode.Range {
  const start = new vscode.Position(Math.max(0, line - 1), Math.max(0, column - 1));
  const document = vscode.workspace.textDocuments.find(({ uri }) => uri.fsPath === file);
  const isThere = document !== undefined && start.line < document.lineCount;
  const end = isThere ? document.lineAt(start.line).range.end : start.translate(0, 1);
  return new vscode.Range(start, end.isAfter(start) ? end : start.translate(0, 1));
}
