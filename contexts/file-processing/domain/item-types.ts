/** BrickLink's types of items, by its letters and by the words that its order lists have instead. */
const ITEM_TYPES: Readonly<Record<string, string>> = {
  part: 'P',
  set: 'S',
  minifig: 'M',
  minifigure: 'M',
  book: 'B',
  gear: 'G',
  catalog: 'C',
  instruction: 'I',
  instructions: 'I',
  'original box': 'O',
  'unsorted lot': 'U',
};

/** The letter of an item type; a text that is none stays as it is, and nothing is a part. */
export const itemTypeOf = (text: string | null): string => {
  if (text === null || text.trim() === '') return 'P';
  return ITEM_TYPES[text.trim().toLowerCase()] ?? text.trim().toUpperCase();
};

/** Items that have numbers and quantities of their own, beside the pieces. */
export type CountedItem = 'sets' | 'minifigs';

/** Sets and minifigs are counted apart from pieces; other items are no part of a model. */
export const countedItem = (itemType: string): CountedItem | undefined => {
  if (itemType === 'S') return 'sets';
  return itemType === 'M' ? 'minifigs' : undefined;
};
