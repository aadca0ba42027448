/** What an editor hands to the page of a webview, once. */
interface EditorApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): EditorApi;

/** A view's end of its typed channel to the extension, and the memory that outlives its page. */
export interface Bridge<In, Out, Saved> {
  send(message: Out): void;
  /** Calls back for each message from the extension until the page goes. */
  onMessage(handle: (message: In) => void): void;
  /** What `save` kept last, also in an earlier life of the view; only its fields of the right kind count. */
  saved(): Partial<Saved>;
  save(state: Saved): void;
}

/** Opens the channel; once a page. */
export function openBridge<In extends { type: string }, Out, Saved extends object>(): Bridge<In, Out, Saved> {
  const editor = acquireVsCodeApi();
  return {
    send: (message) => editor.postMessage(message),
    onMessage(handle) {
      window.addEventListener('message', (event: MessageEvent<unknown>) => {
        if (isMessage<In>(event.data)) handle(event.data);
      });
    },
    saved() {
      const state = editor.getState();
      return typeof state === 'object' && state !== null ? state : {};
    },
    save: (state) => editor.setState(state),
  };
}

/** The element of the page that the view fills. */
export function mountPoint(): HTMLElement {
  const root = document.getElementById('root') ?? document.body.appendChild(document.createElement('main'));
  root.className = 'root';
  return root;
}

function isMessage<In extends { type: string }>(data: unknown): data is In {
  return typeof data === 'object' && data !== null && typeof (data as { type?: unknown }).type === 'string';
}
