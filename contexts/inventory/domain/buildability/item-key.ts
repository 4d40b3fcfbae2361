import type { ItemKind, Piece } from '../lots.ts';

/** The number of a part, or a set or minifig told from parts by its kind: `3001`, `set:6080-1`. */
export const itemKeyOf = ({ kind, number }: Pick<Piece, 'kind' | 'number'>): string =>
  kind === 'part' ? number : `${kind}:${number}`;

/** The item that a key stands for. */
export const itemOfKey = (key: string): { readonly kind: ItemKind; readonly number: string } => {
  for (const kind of ['set', 'minifig'] as const)
    if (key.startsWith(`${kind}:`)) return { kind, number: key.slice(kind.length + 1) };
  return { kind: 'part', number: key };
};
