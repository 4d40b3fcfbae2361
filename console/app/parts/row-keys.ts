import { useShortcuts } from './shortcuts.ts';

type Options = {
  readonly count: number;
  readonly selection: number;
  readonly select: (row: number) => void;
  readonly open: (row: number) => void;
};

/** `j` and `k` walk through rows, Enter opens one, `/` goes to the filter. */
export const useRowKeys = ({ count, selection, select, open }: Options): void =>
  useShortcuts({
    j: () => select(Math.min(selection + 1, count - 1)),
    k: () => select(Math.max(selection - 1, 0)),
    Enter: () => open(selection),
    '/': () => document.querySelector<HTMLInputElement>('main input.filter')?.focus(),
  });
