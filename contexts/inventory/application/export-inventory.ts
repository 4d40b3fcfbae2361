import type { Clock } from '@lego-moc/application/clock';
import type { RecordedEvent } from '@lego-moc/application/event-streams';
import type { FoldedStates } from '@lego-moc/application/folded-states';
import type { UserId } from '@lego-moc/kernel/message';
import type { ExportLine } from '../contracts/export-api.ts';
import type { Entry, Inventory } from '../domain/inventory.ts';
import { entriesOf } from '../domain/persistent-map.ts';
import { inventoryIdOf } from './inventory-ids.ts';

type StoredEvent = { readonly type: string; readonly data: object };
type ReadEvents = (id: string) => AsyncIterable<Pick<RecordedEvent<StoredEvent>, 'event' | 'revision' | 'recordedAt'>>;

export type ExportDependencies = {
  readonly inventories: Pick<FoldedStates<never, Inventory, string>, 'latest'>;
  readonly readEvents: Readonly<Record<Exclude<Entry['kind'], 'membership'>, ReadEvents>>;
  readonly now: Clock;
};

type Names = { readonly by?: unknown; readonly member?: unknown; readonly owner?: unknown };

/** What an event says about its reader. Of a shared build, nobody learns who the others are. */
const ownDataOf = ({ by, member, owner, ...rest }: Names, reader: UserId): Readonly<Record<string, unknown>> => {
  const names = Object.entries({ by, member, owner }).filter(([, name]) => name === reader);
  return { ...rest, ...Object.fromEntries(names) };
};

/** Of somebody else's build, its member has what they did there. */
const isAbout = ({ by, member }: Names, reader: UserId): boolean => by === reader || member === reader;

/** Everything that is stored of a builder in this context, as it was recorded: one line first, then one for each event. */
export const exportInventory = ({ inventories, readEvents, now }: ExportDependencies) =>
  async function* (owner: UserId): AsyncGenerator<ExportLine> {
    const { state } = await inventories.latest(inventoryIdOf(owner));
    yield { exportedAt: now(), streams: state.entries.size };
    for (const [, { kind, id }] of entriesOf(state.entries)) {
      const read = readEvents[kind === 'membership' ? 'build' : kind];
      for await (const { event, revision, recordedAt } of read(id)) {
        if (kind === 'membership' && !isAbout(event.data, owner)) continue;
        const line = { kind, id, revision: String(revision), what: event.type, recordedAt };
        yield { ...line, data: ownDataOf(event.data, owner) };
      }
    }
  };
