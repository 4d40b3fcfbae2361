import { randomBytes } from 'node:crypto';

const POOL_BYTES = 4_096;
let pool = '';
let drawn = 0;

/**
 * Random digits 0 to f. They are drawn by the hundred: each draw from the system's generator costs more than all the
 * rest of an id.
 */
export const randomHex = (digits: number): string => {
  if (drawn + digits > pool.length) {
    pool = randomBytes(POOL_BYTES).toString('hex');
    drawn = 0;
  }
  drawn += digits;
  return pool.slice(drawn - digits, drawn);
};
