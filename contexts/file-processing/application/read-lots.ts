import type { Clock } from '@lego-moc/kernel/clock';
import { msBetween } from '@lego-moc/kernel/clock';
import { isRejection } from '@lego-moc/kernel/decider';
import type { Instant } from '@lego-moc/kernel/message';
import { checkLot } from '../domain/catalogue.ts';
import type { AttemptId, JobId } from '../domain/file-job-events.ts';
import { addFindings, noFindings, type Findings } from '../domain/findings.ts';
import { readLot } from '../domain/lot.ts';
import type { Catalogue, Release } from './ports/catalogue.ts';
import type { LotStore } from './ports/lot-store.ts';
import { UnreadableFile, type Portion, type ReadPartsList } from './ports/parts-list-reader.ts';
import type { StoredFiles } from './ports/stored-files.ts';

/** What one attempt at one file is about. */
export type Attempt = { readonly jobId: JobId; readonly attemptId: AttemptId; readonly fileId: string };

/** Told how far it has come; answers whether to go on. */
export type Watch = { lots: number; bytes: number; readonly goOn: () => boolean };

export type LotReading = {
  readonly files: StoredFiles;
  readonly read: ReadPartsList;
  readonly catalogue: Catalogue;
  readonly lots: LotStore;
  readonly now: Clock;
};

/** 120 times the largest lists known; what is larger is no parts list. */
export const LOTS_MAX = 1_000_000;

/** A hundred times what the largest lists known take. */
export const PARSING_MS_MAX = 300_000;

/** Nobody waits for the result of this attempt any more. */
export class NotWanted extends Error {}

async function* watched(
  bytes: AsyncIterable<Uint8Array>,
  watch: Watch,
  demandMore: () => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    demandMore();
    watch.bytes += chunk.length;
    yield chunk;
  }
}

/**
 * Reads a file to its end, checking and keeping its lots portion by portion; nothing grows with the file but what is
 * kept. Throws `UnreadableFile`, `NotWanted`, and whatever outage it meets.
 */
export const readLots = ({ files, read, catalogue, lots, now }: LotReading) => {
  const keep = async (
    { jobId, attemptId }: Attempt,
    release: Release,
    { format, lots: written, mended }: Portion,
    found: Findings,
  ): Promise<Findings> => {
    if (found.lots + written.length > LOTS_MAX)
      throw new UnreadableFile('too-many-lots', `A list may have at most ${LOTS_MAX.toLocaleString('en')} lots.`);
    const knowledge = await catalogue.knowledge(
      release,
      written.map(({ partNumber }) => partNumber),
    );
    const checked = written.map((lot, index) => checkLot(readLot(lot, found.lots + index + 1), format, knowledge));
    if (checked.length > 0) await lots.add(jobId, attemptId, checked);
    return { ...found, ...addFindings(found, checked, mended) };
  };

  const demandMore = (began: Instant, watch: Watch): void => {
    if (!watch.goOn()) throw new NotWanted();
    if (msBetween(began, now()) > PARSING_MS_MAX)
      throw new UnreadableFile('parsing-overdue', 'Reading this file took more than five minutes and was given up.');
  };

  return async (attempt: Attempt, watch: Watch): Promise<Findings> => {
    const began = now();
    const bytes = await files.open(attempt.fileId);
    if (isRejection(bytes)) throw new UnreadableFile('file-not-found', 'The stored file is not there any more.');
    const release = await catalogue.newestRelease();
    let found: Findings | undefined;
    for await (const portion of read(watched(bytes, watch, () => demandMore(began, watch)))) {
      const { format, encoding } = portion;
      const before = found ?? { ...noFindings, format, encoding, catalogueRelease: release.id };
      found = await keep(attempt, release, portion, { ...before, encoding });
      watch.lots = found.lots;
    }
    if (found === undefined || found.lots === 0)
      throw new UnreadableFile('no-lots', 'The file is a parts list without a single lot.');
    return found;
  };
};
