import type { Clock } from '@lego-moc/application/clock';
import type { HandleCommand } from '@lego-moc/application/command-handler';
import { isRejection } from '@lego-moc/kernel/decider';
import { derivedId } from '@lego-moc/kernel/ids';
import { after } from '@lego-moc/kernel/instant';
import type { Instant } from '@lego-moc/kernel/message';
import type { ContentKey, FileId } from '../domain/file-events.ts';
import type { FileCommand, FileRejection } from '../domain/file.ts';
import type { ContentStore } from './ports/content-store.ts';

export type SweepResult = {
  /** Deleted contents that no event references. */
  readonly orphans: number;
  /** Deleted contents that were never completed. */
  readonly unfinished: number;
};

export type Sweep = (range: {
  /** Older contents were checked by an earlier sweep; without it, all are checked. */
  readonly since?: Instant;
  /** An upload that is still alive has sent something after this. */
  readonly before: Instant;
}) => Promise<SweepResult>;

const NAME = 'upload-sweep';

/**
 * Deletes what dead uploads left behind. The file's own stream decides whether an attempt is abandoned, so a slow upload
 * that is recorded at the same moment either keeps its bytes or is refused with `upload-abandoned`.
 */
export const sweepUploads =
  (contents: ContentStore, handle: HandleCommand<FileCommand, FileRejection>): Sweep =>
  async ({ since, before }) => {
    let orphans = 0;
    for await (const { key, modifiedAt } of contents.list('')) {
      if (modifiedAt >= before || (since !== undefined && modifiedAt < since)) continue;
      const [fileId = ''] = key.split('/', 1);
      const data = { fileId: fileId as FileId, key: key as ContentKey, at: before };
      const cause = { commandId: derivedId(NAME, key), correlationId: fileId, actor: NAME };
      const outcome = await handle(fileId, { type: 'AbandonUpload', data }, cause);
      if (isRejection(outcome)) continue;
      await contents.delete(data.key);
      orphans += 1;
    }
    return { orphans, unfinished: await contents.removeUnfinished(before) };
  };

/** Sweeps what has been silent for `silentMs`: everything the first time, later only what went silent since. */
export const sweepSilentUploads = (sweep: Sweep, now: Clock, silentMs: number): (() => Promise<SweepResult>) => {
  let since: Instant | undefined;
  return async () => {
    const before = after(now(), -silentMs);
    const swept = await sweep(since === undefined ? { before } : { since, before });
    since = before;
    return swept;
  };
};
