import type { RequestHandler } from 'express';
import { refuse } from '@lego-moc/http/problem';

/** Operators look, users work: what one process answers to operators at the same time stays small. */
const AT_ONCE_MAX = 8;

/** Admits a few requests at a time and refuses more with 429. */
export const readingSlots = (atOnceMax = AT_ONCE_MAX): RequestHandler => {
  let underWay = 0;
  return (_request, response, next) => {
    if (underWay >= atOnceMax)
      refuse(429, 'operations-busy', 'Several questions of operators are being answered. Ask again in a second.', {
        headers: { 'retry-after': '1' },
      });
    underWay += 1;
    response.once('close', () => {
      underWay -= 1;
    });
    next();
  };
};
