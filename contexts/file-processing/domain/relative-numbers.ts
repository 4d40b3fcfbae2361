import { partKey } from './catalogue.ts';

/** How a part of the catalogue may relate to a number that it does not have. */
export type RelativeNumber = { readonly partNumber: string; readonly relation: 'print' | 'mould' };

/** A part with something printed on it: `3626cpb0001` is a print of `3626c`, `973pr1234c01` one of `973`. */
const PRINT = /^([a-z]?\d+[a-z]?)p[a-z]*\d/;
/** A part from another mould: `3245a`. */
const MOULD = /^(\d+)[a-z]$/;
const PLAIN = /^\d+$/;

const MOULDS = ['a', 'b', 'c', 'd'] as const;

/**
 * Numbers of parts that an unknown one may be a print or another mould of, the nearest first. They are read off the number,
 * so they are for a person to judge.
 */
export const relativeNumbers = (partNumber: string): readonly RelativeNumber[] => {
  const key = partKey(partNumber);
  const base = PRINT.exec(key)?.[1];
  const plain = MOULD.exec(base ?? key)?.[1];
  const moulds = PLAIN.test(key) ? MOULDS.map((mould) => `${key}${mould}`) : [];
  return [
    ...(base === undefined ? [] : [{ partNumber: base, relation: 'print' as const }]),
    ...[...(plain === undefined ? [] : [plain]), ...moulds].map((number) => ({
      ...{ partNumber: number, relation: base === undefined ? ('mould' as const) : ('print' as const) },
    })),
  ];
};
