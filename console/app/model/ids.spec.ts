import { expect } from 'chai';
import { randomId } from './ids.ts';

describe('making an Idempotency-Key', () => {
  it('gives a random UUID', () => {
    const ids = Array.from({ length: 20 }, randomId);

    for (const id of ids) expect(id).to.match(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    expect(new Set(ids).size).to.equal(ids.length);
  });
});
