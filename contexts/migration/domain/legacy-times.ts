/** The instant that a `timestamp` of the monolith means: UTC, to the millisecond; what is finer is cut off. */
export const instantOf = (timestamp: string): string => {
  const [seconds = '', fraction = ''] = timestamp.replace(' ', 'T').split('.');
  return `${seconds}.${fraction.slice(0, 3).padEnd(3, '0')}Z`;
};

/** The `timestamp` of an instant, as PostgreSQL writes it into JSON. */
export const timestampOf = (instant: string): string => instant.replace('Z', '');

/** Whether two timestamps mean the same millisecond: the monolith has microseconds, the platform does not. */
export const isSameTime = (first: string, other: string): boolean => instantOf(first) === instantOf(other);
