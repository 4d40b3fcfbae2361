import { useEffect, useRef } from 'preact/hooks';

type Shortcuts = Readonly<Record<string, () => void>>;

const TYPED_INTO = ['INPUT', 'TEXTAREA', 'SELECT'];
/** Enter presses these. */
const KEY_OPERATED = ['BUTTON', 'A', 'SUMMARY'];

const isTaken = ({ target, key }: KeyboardEvent): boolean =>
  target instanceof HTMLElement &&
  (TYPED_INTO.includes(target.tagName) || (key === 'Enter' && KEY_OPERATED.includes(target.tagName)));

/** Keys without modifiers; while somebody types or a dialog is open, they are what they always are. */
export const useShortcuts = (shortcuts: Shortcuts): void => {
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTaken(event)) return;
      if (document.querySelector('dialog[open]') !== null) return;
      const act = latest.current[event.key];
      if (act === undefined) return;
      event.preventDefault();
      act();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
};
