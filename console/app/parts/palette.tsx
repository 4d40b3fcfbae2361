import { useEffect, useRef, useState } from 'preact/hooks';
import { useLocation } from 'wouter-preact';
import { rankDestinations, type Destination } from '../model/palette.ts';
import { useDestinations } from './destinations.ts';

const MATCHES_MAX = 12;

const useCtrlK = (open: () => void): void =>
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      open();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  });

/** `Ctrl-K`: goes anywhere by a few letters. */
export const Palette = () => {
  const [, navigate] = useLocation();
  const dialog = useRef<HTMLDialogElement>(null);
  const [isOpen, setOpen] = useState(false);
  const open = (): void => {
    setOpen(true);
    if (dialog.current?.open === false) dialog.current.showModal();
  };
  useCtrlK(open);

  return (
    <>
      <button type="button" class="palette-button" onClick={open}>
        Go to … <kbd>Ctrl-K</kbd>
      </button>
      <dialog ref={dialog} class="palette" aria-label="Go to" onClose={() => setOpen(false)}>
        {isOpen ? (
          <Search
            onChoice={(link) => {
              dialog.current?.close();
              navigate(link);
            }}
          />
        ) : null}
      </dialog>
    </>
  );
};

const Search = ({ onChoice }: { readonly onChoice: (link: string) => void }) => {
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  useEffect(() => input.current?.focus(), []);
  const [selection, setSelection] = useState(0);
  const matches = rankDestinations(useDestinations(text), text).slice(0, MATCHES_MAX);

  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const match = matches[selection];
    if (step !== undefined) setSelection((selection + step + matches.length) % Math.max(1, matches.length));
    else if (event.key === 'Enter' && match !== undefined) onChoice(match.link);
    else return;
    event.preventDefault();
  };

  return (
    <>
      <input
        type="text"
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={`palette-${String(selection)}`}
        aria-label="Screen, subscription, stream or correlation id"
        placeholder="Screen, subscription, stream or correlation id"
        autocomplete="off"
        ref={input}
        value={text}
        onKeyDown={onKeyDown}
        onInput={({ currentTarget }) => {
          setText(currentTarget.value);
          setSelection(0);
        }}
      />
      <Destinations matches={matches} selection={selection} onSelect={setSelection} onChoice={onChoice} />
    </>
  );
};

type DestinationsProps = {
  readonly matches: readonly Destination[];
  readonly selection: number;
  readonly onSelect: (at: number) => void;
  readonly onChoice: (link: string) => void;
};

const Destinations = ({ matches, selection, onSelect, onChoice }: DestinationsProps) => (
  <ul id="palette-list" role="listbox" aria-label="Destinations">
    {matches.map(({ title, hint, link }, at) => (
      <li
        key={`${hint} ${link}`}
        id={`palette-${String(at)}`}
        role="option"
        aria-selected={at === selection}
        onClick={() => onChoice(link)}
        onMouseMove={() => onSelect(at)}
      >
        {title} <span class="faint">{hint}</span>
      </li>
    ))}
  </ul>
);
