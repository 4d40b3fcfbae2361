import { brickLinkColourNamed } from './bricklink-colour-names.ts';
import { brickLinkColours } from './bricklink-colours.ts';

/** Names differ between systems in spelling and punctuation. */
export const normaliseColourName = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll('grey', 'gray')
    .replace(/[^a-z0-9]/g, '');

const indexes = new WeakMap<ReadonlyMap<number, string>, ReadonlyMap<string, number>>();

const idsByName = (colours: ReadonlyMap<number, string>): ReadonlyMap<string, number> => {
  const index = indexes.get(colours) ?? new Map([...colours].map(([id, name]) => [normaliseColourName(name), id]));
  indexes.set(colours, index);
  return index;
};

/** The catalogue's colours of this name, which may be the catalogue's or BrickLink's; none when it is neither. */
export const coloursNamed = (name: string, colours: ReadonlyMap<number, string>): readonly number[] => {
  const id = idsByName(colours).get(normaliseColourName(name));
  if (id !== undefined) return [id];
  const brickLink = brickLinkColourNamed(name);
  return brickLink === undefined ? [] : (brickLinkColours.get(brickLink) ?? []);
};
