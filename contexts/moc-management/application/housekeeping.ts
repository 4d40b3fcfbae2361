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

const holdings = (held: Holdings | undefined, event: MocEvent): Holdings | undefined => {
  if (event.type === 'MocDrafted') {
    const { owner, title } = event.data;
    return { owner, titles: [title], titleKept: true, detached: [], attached: [] };
  }
  if (held === undefined) return undefined;
  switch (event.type) {
    case 'MocRetitled':
      return { ...held, titles: [...held.titles, event.data.title] };
    case 'FileAttached':
      return { ...held, attached: [...held.attached, event.data.file.fileId] };
    case 'FileDetached': {
      const { fileId } = event.data;
      return { ...held, attached: held.attached.filter((id) => id !== fileId), detached: [...held.detached, fileId] };
    }
    case 'MocDeleted':
      return { ...held, titleKept: false, attached: [], detached: [...held.detached, ...held.attached] };
    default:
      return held;
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
 * Releases what a MOC no longer holds: former titles, and the bytes of detached files. It works from the present state
 * of the MOC, so it may run as often and in any order.
 */
export const tidyUp =
  (streams: EventStreams<MocEvent>, titles: Titles, files: FileStore): TidyUp =>
  async (mocId, cause) => {
    const { events } = await streams.read(mocId);
    const held = events.reduce(holdings, undefined);
    if (held === undefined) return;
    const { owner, titleKept, detached } = held;
    const step = (what: string): Cause => ({ ...cause, commandId: derivedId(cause.commandId, what) });

    const present = held.titles.at(-1);
    if (titleKept && present !== undefined) await titles.secure({ owner, title: present, mocId }, step('secure'));
    for (const title of held.titles) {
      const kept = titleKept && present !== undefined && titles.areSame(title, present);
      if (!kept) await titles.release({ owner, title, mocId }, step(title));
    }
    for (const fileId of detached) await files.discard(fileId, step(fileId));
  };
