/** `2019-05-04 12:00:00.123456`, with `T` or a space, with a zone or without. */
const TIMESTAMP = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)?$/;

/** The instant that a timestamp means: UTC where it names no zone, to the millisecond. */
const instantOf = (text: string): number | undefined => {
  const match = TIMESTAMP.exec(text);
  if (match === null) return undefined;
  const [, day = '', time = '', fraction = '', zone = 'Z'] = match;
  const ms = Date.parse(`${day}T${time}.${fraction.slice(0, 3).padEnd(3, '0')}${zone}`);
  return Number.isNaN(ms) ? undefined : ms;
};

/** Whether two texts are the same, or timestamps of the same millisecond. */
export const isSameText = (first: string, other: string): boolean => {
  if (first === other) return true;
  const instant = instantOf(first);
  return instant !== undefined && instant === instantOf(other);
};
