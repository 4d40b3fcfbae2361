/** More numbers than any system has for one part. */
const NUMBERS_MAX = 50;

/**
 * What the cross-walk calls the part `part` in other systems, as JSON; null without any. Of two that stand for one part
 * the shorter comes first, and of two of one length that which sorts first, so that each export takes the same.
 */
export const numbersElsewhere = (part: string): string => `
  (SELECT json_agg(json_build_object('scheme', scheme, 'number', key) ORDER BY length(key), key)
     FROM (SELECT scheme, key FROM part_link
            WHERE rule = 'cross-walk' AND scheme <> 'rebrickable' AND lower(part_number) = lower(${part})
            ORDER BY length(key), key LIMIT ${NUMBERS_MAX}) number)`;
