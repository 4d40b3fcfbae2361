import type { LegacyDatabase } from './ports/legacy-database.ts';
import type { Target } from './ports/target.ts';

const OWNERS_PAGE = 500;
/** Smaller: the platform reads a stream for each. */
const AGGREGATES_PAGE = 100;

type Sides = {
  readonly legacy: Pick<LegacyDatabase, 'readOwners' | 'ownersAmong'>;
  readonly target: Pick<Target, 'listAggregates'>;
};

/** All users with rows, a page at a time: those whom the monolith knows, and those whom only the platform knows. */
export const ownersOfBothSides = ({ legacy, target }: Sides) => ({
  async *atLegacy(table: string): AsyncGenerator<readonly string[]> {
    let after: string | undefined;
    for (;;) {
      const page = await legacy.readOwners(table, after, OWNERS_PAGE);
      yield page;
      after = page.at(-1);
      if (page.length < OWNERS_PAGE) return;
    }
  },

  async *onPlatformOnly(table: string): AsyncGenerator<readonly string[]> {
    let after: string | undefined;
    for (;;) {
      const page = await target.listAggregates(after, AGGREGATES_PAGE);
      const owners = page.flatMap(({ owner }) => owner ?? []);
      const ownersAtLegacy = new Set(await legacy.ownersAmong(table, owners));
      yield owners.filter((owner) => !ownersAtLegacy.has(owner));
      after = page.at(-1)?.id;
      if (page.length < AGGREGATES_PAGE) return;
    }
  },
});
