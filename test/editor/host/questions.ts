import * as vscode from 'vscode';
import { eventually } from './hostTests';

/** A message that the extension has shown, with its buttons. */
export interface ShownMessage {
  text: string;
  detail?: string;
  buttons: string[];
}

/** What the extension asks and says while a test answers. */
export interface Asked {
  warnings: ShownMessage[];
  errors: ShownMessage[];
  /** Boxes that ask for a text; each is a real one of the editor. */
  boxes: vscode.InputBox[];
  /** Types a text into the box with this number, and accepts it. */
  type(index: number, text: string): Promise<void>;
}

/** Which button is pressed, by its words; undefined leaves the message. */
export type Press = (message: ShownMessage) => string | undefined;

type Show = (text: string, ...rest: unknown[]) => Promise<string | undefined>;

/** Runs `body` while `press` answers the warnings and errors that the extension shows. */
export async function answering<T>(press: Press, body: (asked: Asked) => Promise<T>): Promise<T> {
  const window = vscode.window as unknown as Record<string, unknown>;
  const before = { ...vscode.window };
  const boxes: vscode.InputBox[] = [];
  const asked: Asked = {
    warnings: [],
    errors: [],
    boxes,
    async type(index, text) {
      const box = await eventually(`box ${index}`, () => boxes[index]);
      box.value = text;
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
    },
  };
  const showInto =
    (list: ShownMessage[]): Show =>
    (text, ...rest) => {
      const [options] = rest.filter((item) => typeof item === 'object') as vscode.MessageOptions[];
      const buttons = rest.filter((item) => typeof item === 'string');
      const message = { text, ...(options?.detail === undefined ? {} : { detail: options.detail }), buttons };
      list.push(message);
      return Promise.resolve(press(message));
    };
  window['showWarningMessage'] = showInto(asked.warnings);
  window['showErrorMessage'] = showInto(asked.errors);
  window['createInputBox'] = () => {
    const box = before.createInputBox();
    boxes.push(box);
    return box;
  };
  try {
    return await body(asked);
  } finally {
    for (const name of ['showWarningMessage', 'showErrorMessage', 'createInputBox'] as const)
      window[name] = before[name];
  }
}
