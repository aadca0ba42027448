import { useEffect, useState } from 'preact/hooks';

/** Whether the system or the editor asks for little motion; followed as it changes. */
export function useReducedMotion(): boolean {
  const [query] = useState(() => matchMedia('(prefers-reduced-motion: reduce)'));
  const [reduced, setReduced] = useState(() => asked(query));
  useEffect(() => {
    const follow = () => setReduced(asked(query));
    const observer = new MutationObserver(follow);
    observer.observe(document.body, { attributes: true, attributeFilter: ['class'] });
    query.addEventListener('change', follow);
    return () => {
      observer.disconnect();
      query.removeEventListener('change', follow);
    };
  }, [query]);
  return reduced;
}

const asked = (query: MediaQueryList): boolean =>
  query.matches || document.body.classList.contains('vscode-reduce-motion');
