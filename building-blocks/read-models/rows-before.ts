import type { Database } from '@lego-moc/postgres/database';
import type { Definition, Kept, Place } from './definition.ts';
import { keptRows } from './rows.ts';

const RECENT_MAX = 500;

/**
 * Rows as they are before events. Those last written here are remembered, and asked for when the very next event comes,
 * as it mostly does. Should another instance know a newer row, ours is not written, for it knows less; so what is
 * remembered may be old without harm.
 */
export const rowsBefore = (db: Database, definition: Definition) => {
  const recent = new Map<string, Kept>();

  const remembered = ({ id, revision }: Place): readonly Kept[] => {
    const kept = recent.get(id);
    return kept?.revision === revision - 1n ? [kept] : [];
  };

  return {
    /** As far as there are any. `isSure`: what is remembered is right, and a stream's first event finds none. */
    before: async (
      generation: number,
      places: readonly Place[],
      isSure: boolean,
    ): Promise<ReadonlyMap<string, Kept>> => {
      const known = new Map((isSure ? places.flatMap(remembered) : []).map((kept) => [kept.id, kept]));
      const unknown = places.filter(({ id, revision }) => !known.has(id) && !(isSure && revision === 0n));
      const ids = unknown.map(({ id }) => id);
      for (const kept of await keptRows(db, definition, generation, ids)) known.set(kept.id, kept);
      return known;
    },
    note: (kept: Kept): void => {
      recent.delete(kept.id);
      recent.set(kept.id, kept);
      if (recent.size > RECENT_MAX) recent.delete(recent.keys().next().value ?? kept.id);
    },
    forget: (): void => recent.clear(),
  };
};
