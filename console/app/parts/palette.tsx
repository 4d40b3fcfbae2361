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
        <Search
          isOpen={isOpen}
          onChoice={(link) => {
            dialog.current?.close();
            navigate(link);
          }}
        />
      </dialog>
    </>
  );
};

/** What is selected stays selected when further matches arrive; the first is while nobody has selected another. */
const useSelection = (matches: readonly Destination[]) => {
  const [link, setLink] = useState<string>();
  const selection = Math.max(
    0,
    matches.findIndex((match) => match.link === link),
  );
  return {
    selection,
    select: setLink,
    step: (by: number) => setLink(matches[(selection + by + matches.length) % Math.max(1, matches.length)]?.link),
  };
};

const useMatches = (isOpen: boolean, text: string): readonly Destination[] => {
  const destinations = useDestinations(text, isOpen);
  return isOpen ? rankDestinations(destinations, text).slice(0, MATCHES_MAX) : [];
};

type SearchProps = { readonly isOpen: boolean; readonly onChoice: (link: string) => void };

/** There while the palette is closed as well, so that it takes the first letter after `Ctrl-K`. */
const Search = ({ isOpen, onChoice }: SearchProps) => {
  const [text, setText] = useState('');
  const matches = useMatches(isOpen, text);
  const { selection, select, step } = useSelection(matches);
  useEffect(() => {
    if (isOpen) return;
    setText('');
    select(undefined);
  }, [isOpen]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const match = matches[selection];
    if (by !== undefined) step(by);
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
        autofocus
        value={text}
        onKeyDown={onKeyDown}
        onInput={({ currentTarget }) => {
          setText(currentTarget.value);
          select(undefined);
        }}
      />
      <Destinations matches={matches} selection={selection} onSelect={select} onChoice={onChoice} />
    </>
  );
};

type DestinationsProps = {
  readonly matches: readonly Destination[];
  readonly selection: number;
  readonly onSelect: (link: string) => void;
  readonly onChoice: (link: string) => void;
};

/** Browsers report that a list appeared under a resting pointer as a movement by nothing. */
const isMovement = ({ movementX, movementY }: MouseEvent): boolean => movementX !== 0 || movementY !== 0;

const Destinations = ({ matches, selection, onSelect, onChoice }: DestinationsProps) => (
  <ul id="palette-list" role="listbox" aria-label="Destinations">
    {matches.map(({ title, hint, link }, at) => (
      <li
        key={`${hint} ${link}`}
        id={`palette-${String(at)}`}
        role="option"
        aria-selected={at === selection}
        onClick={() => onChoice(link)}
        onMouseMove={(event) => {
          if (isMovement(event)) onSelect(link);
        }}
      >
        {title} <span class="faint">{hint}</span>
      </li>
    ))}
  </ul>
);
