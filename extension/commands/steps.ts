/** A dialog of several steps, each of which can be taken back; see `runSteps`. */
import * as vscode from '../vscode';

/** What a step ends with: on to the next, back to the one before, or, on Escape, no more. */
export type StepEnd = 'next' | 'back' | 'cancel';

/** Shown to the user as `title (step/steps)`. */
export interface StepPlace {
  title: string;
  step: number;
  steps: number;
}

/** One step; `place` says which one it is. A step that does not apply answers `skip`. */
export type Step = (place: StepPlace) => Promise<StepEnd | 'skip'>;

/** Runs the steps one after the other, and back; true when the last one is done. */
export async function runSteps(title: string, steps: Step[]): Promise<boolean> {
  let direction = 1;
  for (let index = 0; index < steps.length; index = Math.max(0, index + direction)) {
    const end = await steps[index]?.({ title, step: index + 1, steps: steps.length });
    if (end === 'cancel') return false;
    if (end === 'next') direction = 1;
    if (end === 'back') direction = -1;
  }
  return true;
}

const { Back } = vscode.QuickInputButtons;

/** Asks for some of the items; `accept` takes what was picked and says what is wrong with it, if anything is. */
export function pickMany<T extends vscode.QuickPickItem>(
  place: StepPlace,
  placeholder: string,
  items: T[],
  accept: (picked: readonly T[]) => string | undefined,
): Promise<StepEnd> {
  const pick = vscode.window.createQuickPick<T>();
  Object.assign(pick, place, { totalSteps: place.steps });
  pick.placeholder = placeholder;
  pick.canSelectMany = true;
  pick.ignoreFocusOut = true;
  pick.matchOnDescription = true;
  pick.items = items;
  pick.selectedItems = items.filter(({ picked }) => picked);
  return ended(pick, () => {
    const problem = accept(pick.selectedItems);
    if (problem !== undefined) pick.title = `${place.title}: ${problem}`;
    return problem === undefined;
  });
}

/** Asks for one of the items. */
export function pickOne<T extends vscode.QuickPickItem>(
  place: StepPlace,
  placeholder: string,
  items: T[],
  accept: (picked: T) => void,
): Promise<StepEnd> {
  const pick = vscode.window.createQuickPick<T>();
  Object.assign(pick, place, { totalSteps: place.steps });
  pick.placeholder = placeholder;
  pick.ignoreFocusOut = true;
  pick.items = items;
  return ended(pick, () => {
    const [picked] = pick.activeItems;
    if (picked) accept(picked);
    return picked !== undefined;
  });
}

/** Asks for a text; `problemOf` says what is wrong with it, if anything is. */
export function inputText(
  place: StepPlace,
  prompt: string,
  value: string,
  problemOf: (text: string) => string | undefined,
  accept: (text: string) => void,
): Promise<StepEnd> {
  const input = vscode.window.createInputBox();
  Object.assign(input, place, { totalSteps: place.steps });
  input.prompt = prompt;
  input.value = value;
  input.ignoreFocusOut = true;
  input.onDidChangeValue((text) => (input.validationMessage = problemOf(text.trim())));
  return ended(input, () => {
    const text = input.value.trim();
    input.validationMessage = problemOf(text);
    if (input.validationMessage !== undefined) return false;
    accept(text);
    return true;
  });
}

interface Box extends vscode.QuickInput {
  buttons: readonly vscode.QuickInputButton[];
  readonly onDidTriggerButton: vscode.Event<vscode.QuickInputButton>;
  readonly onDidAccept: vscode.Event<void>;
}

/** Shows a box until it is accepted, left or taken back. */
function ended(box: Box, accept: () => boolean): Promise<StepEnd> {
  if (box.step !== undefined && box.step > 1) box.buttons = [Back];
  return new Promise((resolve) => {
    const end = (how: StepEnd): void => {
      resolve(how);
      box.dispose();
    };
    box.onDidTriggerButton((button) => {
      if (button === Back) end('back');
    });
    box.onDidAccept(() => {
      if (accept()) end('next');
    });
    box.onDidHide(() => end('cancel'));
    box.show();
  });
}
