import type { Cause, EventStreams } from '@lego-moc/application/event-streams';
import { derivedId } from '@lego-moc/kernel/ids';
import type { UserId } from '@lego-moc/kernel/message';
import type { FileId, MocEvent, MocId } from '../domain/moc-events.ts';
import type { FileStore } from './ports/file-store.ts';
import type { Claim, Titles } from './titles.ts';

/** Every title, set number and file a MOC ever had, and which of them it still holds. */
type Holdings = {
  readonly owner: UserId;
  /** All titles and set numbers it had, the present ones last. */
  readonly claims: readonly Pick<Claim, 'title' | 'set'>[];
  readonly isDeleted: boolean;
  readonly detachedFiles: readonly FileId[];
  readonly attachedFiles: readonly FileId[];
  /** Files of published versions. */
  readonly frozenFiles: readonly FileId[];
};

const withClaim = (current: Holdings, change: Partial<Pick<Claim, 'title' | 'set'>>): Holdings => ({
  ...current,
  claims: [...current.claims, { title: '', ...current.claims.at(-1), ...change }],
});

/** A file of a version that is brought back is attached once more. */
const attach = (current: Holdings, fileId: FileId): Holdings => ({
  ...current,
  attachedFiles: [...current.attachedFiles, fileId],
  detachedFiles: current.detachedFiles.filter((id) => id !== fileId),
});

const holdings = (current: Holdings | undefined, event: MocEvent): Holdings | undefined => {
  if (event.type === 'MocDrafted') {
    const { owner, title, set } = event.data;
    return { owner, claims: [{ title, set }], isDeleted: false, detachedFiles: [], attachedFiles: [], frozenFiles: [] };
  }
  if (current === undefined) return undefined;
  switch (event.type) {
    case 'MocRetitled':
      return withClaim(current, { title: event.data.title });
    case 'MocDescribed':
      return event.data.set === undefined ? current : withClaim(current, { set: event.data.set });
    case 'FileAttached':
      return attach(current, event.data.file.fileId);
    case 'VersionPublished':
      return { ...current, frozenFiles: [...new Set([...current.frozenFiles, ...current.attachedFiles])] };
    case 'FileDetached': {
      const { fileId } = event.data;
      return {
        ...current,
        attachedFiles: current.attachedFiles.filter((id) => id !== fileId),
        detachedFiles: [...current.detachedFiles, fileId],
      };
    }
    case 'MocDeleted':
      return {
        ...current,
        isDeleted: true,
        attachedFiles: [],
        frozenFiles: [],
        detachedFiles: [...current.detachedFiles, ...current.attachedFiles],
      };
    default:
      return current;
  }
};

/** Events after which a title or a file may have to be released. */
export const CONCERNS_HOUSEKEEPING: ReadonlySet<string> = new Set<MocEvent['type']>([
  'MocRetitled',
  'MocDescribed',
  'FileDetached',
  'MocDeleted',
]);

export type TidyUp = (mocId: MocId, cause: Cause) => Promise<void>;

/**
 * Releases former titles and set numbers, and the bytes of detached files. It works from the present state of the MOC, so it may run any
 * number of times and in any order.
 */
export const tidyUp =
  (streams: EventStreams<MocEvent>, titles: Titles, files: FileStore): TidyUp =>
  async (mocId, cause) => {
    const { events } = await streams.read(mocId);
    const mocHoldings = events.reduce(holdings, undefined);
    if (mocHoldings === undefined) return;
    const { owner, isDeleted, detachedFiles } = mocHoldings;
    const step = (label: string): Cause => ({ ...cause, commandId: derivedId(cause.commandId, label) });

    const claims = mocHoldings.claims.map((claim): Claim => ({ ...claim, owner, mocId }));
    const present = isDeleted ? undefined : claims.at(-1);
    if (present !== undefined) await titles.secure(present, step('secure'));
    for (const claim of claims)
      await titles.release(claim, step(`${claim.title} ${claim.set?.brand ?? ''} ${claim.set?.number ?? ''}`), present);
    // A version keeps its files until the MOC is deleted.
    for (const fileId of detachedFiles.filter((id) => !mocHoldings.frozenFiles.includes(id)))
      await files.discard(fileId, step(fileId));
  };
