/** The colours of the diagram in the present theme, as a canvas takes them. */
import { resolveColour } from '../shared/useTheme';
import { categories, type Category } from './categories';

export interface Colours {
  categories: Record<Category, string>;
  fills: Record<Category, string>;
  text: string;
  quiet: string;
  line: string;
  accent: string;
  surface: string;
  arrow: string;
  hatch: string;
  alarm: string;
}

/** The colours of the present theme. */
export function diagramColours(): Colours {
  const of = (make: (category: Category) => string) =>
    Object.fromEntries(categories.map((each) => [each, resolveColour(make(each))])) as Record<
      Category,
      string
    >;
  return {
    categories: of((each) => `var(--op-${each})`),
    fills: of((each) => `color-mix(in srgb, var(--op-${each}) var(--op-tint), var(--surface))`),
    text: resolveColour('var(--text)'),
    quiet: resolveColour('var(--quiet)'),
    line: resolveColour('var(--line)'),
    accent: resolveColour('var(--accent)'),
    surface: resolveColour('var(--surface)'),
    arrow: resolveColour('color-mix(in srgb, var(--text) 62%, var(--surface))'),
    hatch: resolveColour('var(--op-hatch)'),
    alarm: resolveColour('var(--vscode-charts-red)'),
  };
}
