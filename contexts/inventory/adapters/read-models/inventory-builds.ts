import type { Projection } from '@lego-moc/read-models/projection';
import type { BuildEvent } from '../../domain/builds/build-events.ts';
import type { Source } from '../../domain/inventory-item-events.ts';

/** A build; instants sort as texts. */
export type BuildRow = {
  readonly owner: string;
  readonly title: string;
  readonly source: Source | null;
  readonly begun_at: string;
  readonly changed_at: string;
  readonly members: readonly string[];
};

/** A row for each build; what lies on its accounts is read from its stream. */
export const inventoryBuilds: Projection<BuildEvent, BuildRow> = {
  name: 'inventory-builds',
  source: { category: 'build' },
  columns: { owner: 'text', title: 'text', source: 'json', begun_at: 'text', changed_at: 'text', members: 'text[]' },
  indexes: ['CREATE INDEX ON $table (owner, changed_at DESC, id DESC)', 'CREATE INDEX ON $table USING gin (members)'],
  evolve: (row, { event }) => {
    switch (event.type) {
      case 'BuildBegun': {
        const { owner, title, source, at } = event.data;
        return { owner, title, source, begun_at: at, changed_at: at, members: [] };
      }
      case 'OperationsRecorded':
        return row && { ...row, changed_at: event.data.at };
      case 'BuildJoined':
        return row && { ...row, members: [...row.members, event.data.member] };
      case 'BuildLeft':
        return row && { ...row, members: row.members.filter((member) => member !== event.data.member) };
      case 'BuildInvitationIssued':
      case 'StockFollowed':
        return row;
      case 'BuildErased':
        return undefined;
    }
  },
};
