import type { Cause, EventStreams } from '@lego-moc/application/event-streams';
import { derivedId } from '@lego-moc/kernel/ids';
import type { UserId } from '@lego-moc/kernel/message';
import type { FileId, MocEvent, MocId } from '../domain/moc-events.ts';
import type { FileStore } from './ports/file-store.ts';
import type { Titles } from './titles.ts';

/** Every title and file a MOC ever had, and which of them it still holds. */
type Holdings = {
  readonly owner: UserId;
  /** All titles it had, the present one last. */
  readonly titles: readonly string[];
  readonly titleKept: boolean;
  readonly detached: readonly FileId[];
  readonly attached: readonly FileId[];
};

const holdings = (current: Holdings | undefined, event: MocEvent): Holdings | undefined => {
  if (event.type === 'MocDrafted') {
    const { owner, title } = event.data;
    return { owner, titles: [title], titleKept: true, detached: [], attached: [] };
  }
  if (current === undefined) return undefined;
  switch (event.type) {
    case 'MocRetitled':
      return { ...current, titles: [...current.titles, event.data.title] };
    case 'FileAttached':
      return { ...current, attached: [...current.attached, event.data.file.fileId] };
    case 'FileDetached': {
      const { fileId } = event.data;
      return {
        ...current,
        attached: current.attached.filter((id) => id !== fileId),
        detached: [...current.detached, fileId],
      };
    }
    case 'MocDeleted':
      return { ...current, titleKept: false, attached: [], detached: [...current.detached, ...current.attached] };
    default:
      return current;
  }
};

/** Events after which a title or a file may have to be released. */
export const CONCERNS_HOUSEKEEPING: ReadonlySet<string> = new Set<MocEvent['type']>([
  'MocRetitled',
  'FileDetached',
  'MocDeleted',
]);

export type TidyUp = (mocId: MocId, cause: Cause) => Promise<void>;

/**
 * Releases former titles and the bytes of detached files. It works from the present state of the MOC, so it may run any
 * number of times and in any order.
 */
export const tidyUp =
  (streams: EventStreams<MocEvent>, titles: Titles, files: FileStore): TidyUp =>
  async (mocId, cause) => {
    const { events } = await streams.read(mocId);
    const owned = events.reduce(holdings, undefined);
    if (owned === undefined) return;
    const { owner, titleKept, detached } = owned;
    const step = (what: string): Cause => ({ ...cause, commandId: derivedId(cause.commandId, what) });

    const present = owned.titles.at(-1);
    if (titleKept && present !== undefined) await titles.secure({ owner, title: present, mocId }, step('secure'));
    for (const title of owned.titles) {
      const isUnchanged = titleKept && present !== undefined && titles.areSame(title, present);
      if (!isUnchanged) await titles.release({ owner, title, mocId }, step(title));
    }
    for (const fileId of detached) await files.discard(fileId, step(fileId));
  };
