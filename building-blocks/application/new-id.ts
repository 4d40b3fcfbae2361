import { randomBytes, randomInt } from 'node:crypto';

/** The counter has 12 bits. It begins in the lower half, so that at least 2,048 ids fit into each millisecond. */
const COUNTER_MAX = 0xfff;
const FIRST_MAX = 0x7ff;
/** The two bits of the variant (RFC 9562 section 4.1), above 62 random ones. */
const VARIANT = 0x80;
const RANDOM_BITS = 0x3f;

/**
 * Makes UUIDs of version 7 (RFC 9562 section 5.7) that ascend, within one millisecond too (section 6.2, method 1).
 * `nowMs` is the time in milliseconds since 1970. When it stands still or is set back, the ids keep the last
 * millisecond; when the counter is used up, they begin the next.
 */
export const ascendingIds = (nowMs: () => number): (() => string) => {
  let lastMs = 0;
  let counter = 0;

  const nextTick = (): void => {
    const now = nowMs();
    if (now > lastMs) {
      lastMs = now;
      counter = randomInt(FIRST_MAX + 1);
    } else if (counter < COUNTER_MAX) {
      counter += 1;
    } else {
      lastMs += 1;
      counter = 0;
    }
  };

  return () => {
    nextTick();
    const random = randomBytes(8);
    random[0] = VARIANT | ((random[0] ?? 0) & RANDOM_BITS);
    const time = lastMs.toString(16).padStart(12, '0');
    const tail = random.toString('hex');
    return `${time.slice(0, 8)}-${time.slice(8)}-7${counter.toString(16).padStart(3, '0')}-${tail.slice(0, 4)}-${tail.slice(4)}`;
  };
};

/** A fresh UUID, greater than every one that this process made before. */
export const newId = ascendingIds(Date.now);
