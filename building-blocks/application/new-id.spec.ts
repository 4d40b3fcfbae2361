import { expect } from 'chai';
import { ascendingIds } from './new-id.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-([0-9a-f])[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const NOON = Date.parse('2026-03-01T12:00:00Z');

const timeOf = (id: string): number => Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);

const take = (count: number, newId: () => string): readonly string[] => Array.from({ length: count }, newId);

const isAscending = (ids: readonly string[]): boolean =>
  ids.every((id, index) => index === 0 || id > (ids[index - 1] ?? ''));

describe('ascendingIds', () => {
  it('makes UUIDs of version 7, each another', () => {
    const ids = take(1_000, ascendingIds(Date.now));
    expect(new Set(ids).size).to.equal(1_000);
    for (const id of ids) expect(UUID.exec(id)?.[1]).to.equal('7');
  });

  it('makes ids that carry the time of their making', () => {
    expect(timeOf(ascendingIds(() => NOON)())).to.equal(NOON);
  });

  it('makes ascending ids within one millisecond, more than the counter holds included', () => {
    expect(
      isAscending(
        take(
          10_000,
          ascendingIds(() => NOON),
        ),
      ),
    ).to.equal(true);
  });

  it('makes ascending ids when the clock is set back', () => {
    let now = NOON;
    expect(
      isAscending(
        take(
          100,
          ascendingIds(() => (now -= 10)),
        ),
      ),
    ).to.equal(true);
  });
});
