const HIDDEN_STREAM = /^\$persistentsubscription-\$all::.*-(checkpoint|parked)$/s;

/**
 * Whether `$all` shows records of that stream. A group that reads `$all` must not be fed what it writes itself, or every
 * checkpoint would call for the next.
 */
export const isShownInAll = (stream: string): boolean => stream !== '$epoch-information' && !HIDDEN_STREAM.test(stream);
