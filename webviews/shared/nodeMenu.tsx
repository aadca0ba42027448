import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';

export interface MenuItem {
  label: string;
  run(): void;
}

interface NodeMenuProps {
  label: string;
  /** Where the menu was asked for, in the page. */
  x: number;
  y: number;
  items: readonly MenuItem[];
  onClose(): void;
}

/** A small menu at a place in the page, kept inside it; closes with Escape, on a choice, and when the focus leaves. */
export function NodeMenu({ label, x, y, items, onClose }: NodeMenuProps) {
  const menu = useRef<HTMLDivElement>(null);
  const opener = useRef(document.activeElement);
  useLayoutEffect(() => {
    const element = menu.current;
    if (!element) return;
    element.style.left = `${Math.max(4, Math.min(x, innerWidth - element.offsetWidth - 4))}px`;
    element.style.top = `${Math.max(4, Math.min(y, innerHeight - element.offsetHeight - 4))}px`;
  }, [x, y]);
  useEffect(() => {
    menu.current?.querySelector('button')?.focus();
  }, []);
  const close = () => {
    if (opener.current instanceof HTMLElement) opener.current.focus();
    onClose();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const buttons = [...(menu.current?.querySelectorAll('button') ?? [])];
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const target = {
      ArrowDown: (at + 1) % buttons.length,
      ArrowUp: (at - 1 + buttons.length) % buttons.length,
      Home: 0,
      End: buttons.length - 1,
    }[event.key];
    if (target !== undefined) buttons[target]?.focus();
    else if (event.key === 'Escape' || event.key === 'Tab') close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      ref={menu}
      class="menu"
      role="menu"
      aria-label={label}
      onKeyDown={onKeyDown}
      onFocusOut={(event) => {
        if (!menu.current?.contains(event.relatedTarget as Node | null)) onClose();
      }}
    >
      {items.map((item) => (
        <button
          key={item.label}
          type="button"
          role="menuitem"
          tabIndex={-1}
          onClick={() => {
            close();
            item.run();
          }}
        >
          {item.label}
        </button>
      ))}
    </div>
  );
}
