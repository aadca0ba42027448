import { Icon, type IconName } from './icons';

export interface Choice<T extends string> {
  value: T;
  label: string;
  icon?: IconName;
}

interface ToggleGroupProps<T extends string> {
  label: string;
  choices: readonly Choice<T>[];
  chosen: T;
  onChoose(value: T): void;
}

/** One of a few, as a row of buttons: a radio group with its arrow keys. A choice with an icon shows that alone. */
export function ToggleGroup<T extends string>({ label, choices, chosen, onChoose }: ToggleGroupProps<T>) {
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const index = choices.findIndex((choice) => choice.value === chosen);
    const next = choices[(index + step + choices.length) % choices.length];
    if (!next) return;
    onChoose(next.value);
    const buttons = (event.currentTarget as HTMLElement).querySelectorAll('button');
    buttons[choices.indexOf(next)]?.focus();
  };
  return (
    <div class="toggle-group" role="radiogroup" aria-label={label} onKeyDown={onKeyDown}>
      {choices.map((choice) => (
        <button
          key={choice.value}
          type="button"
          role="radio"
          aria-checked={choice.value === chosen}
          aria-label={choice.icon ? choice.label : undefined}
          title={choice.label}
          tabIndex={choice.value === chosen ? 0 : -1}
          onClick={() => onChoose(choice.value)}
        >
          {choice.icon ? <Icon name={choice.icon} /> : choice.label}
        </button>
      ))}
    </div>
  );
}
