import type { StoredLot } from '../domain/export-lot.ts';

/** A red 2 x 4 brick of a Rebrickable list, four times, with the changes. */
export const storedLot = (change: Partial<StoredLot> = {}): StoredLot => ({
  ...{ lot: 1, line: 2, itemType: 'P', partNumber: '3001', colour: '4', quantityText: '4', quantity: 4 },
  ...{ role: 'needed', problem: null, part: '3001', partName: 'Brick 2 x 4', colourId: 4, colourName: 'Red' },
  elementIds: ['4114306', '300121'],
  ...change,
});
