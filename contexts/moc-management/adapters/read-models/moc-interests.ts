import type { RecordedEvent } from '@lego-moc/application/event-streams';
import type { Projection } from '@lego-moc/read-models/projection';
import type { InterestEvent, InterestKind } from '../../domain/interests.ts';

/** The targets of one user's interests, for counting: never says whose they are. */
export type InterestsRow = Readonly<Record<InterestKind, readonly string[]>>;

const NO_INTERESTS: InterestsRow = { like: [], bookmark: [], follow: [] };

export const mocInterests: Projection<InterestEvent, InterestsRow> = {
  name: 'moc-interests',
  source: { category: 'mocInterests' },
  columns: { like: 'text[]', bookmark: 'text[]', follow: 'text[]' },
  indexes: ['like', 'bookmark', 'follow'].map((kind) => `create index on $table using gin ("${kind}")`),
  evolve: (row = NO_INTERESTS, { event }: RecordedEvent<InterestEvent>) => {
    switch (event.type) {
      case 'InterestShown': {
        const { kind, target } = event.data;
        return { ...row, [kind]: [...row[kind], target] };
      }
      case 'InterestWithdrawn': {
        const { kind, target } = event.data;
        return { ...row, [kind]: row[kind].filter((other) => other !== target) };
      }
      case 'InterestsErased':
        return undefined;
    }
  },
};
