import type { Clock } from '@lego-moc/application/clock';
import { msBetween } from '@lego-moc/kernel/instant';
import { isRejection } from '@lego-moc/kernel/decider';
import type { Instant } from '@lego-moc/kernel/message';
import { checkLot } from '../domain/catalogue.ts';
import type { AttemptId, JobId } from '../domain/file-job-events.ts';
import { addFindings, emptyFindings, type Findings } from '../domain/findings.ts';
import { parseLot } from '../domain/lot.ts';
import type { Catalogue, Release } from './ports/catalogue.ts';
import type { LotStore } from './ports/lot-store.ts';
import { UnreadableFile, type Portion, type ReadPartsList } from './ports/parts-list-reader.ts';
import type { StoredFiles } from './ports/stored-files.ts';

/** One attempt at one file. */
export type Attempt = { readonly jobId: JobId; readonly attemptId: AttemptId; readonly fileId: string };

/** Updated while the file is read; `shouldContinue` is asked before each chunk. */
export type ReadingProgress = { lots: number; bytes: number; readonly shouldContinue: () => boolean };

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

/** Another attempt holds the lease of the job, so the result of this one would be dropped. */
export class AttemptSuperseded extends Error {}

async function* trackBytes(
  bytes: AsyncIterable<Uint8Array>,
  progress: ReadingProgress,
  checkLimits: () => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    checkLimits();
    progress.bytes += chunk.length;
    yield chunk;
  }
}

/**
 * Reads a file to its end, checks its lots and stores them portion by portion; memory does not grow with the file.
 * Throws `UnreadableFile`, `AttemptSuperseded`, and whatever the ports throw.
 */
export const readLots = ({ files, read, catalogue, lots, now }: LotReading) => {
  const storePortion = async (
    { jobId, attemptId }: Attempt,
    release: Release,
    { format, lots: rawLots, repairs }: Portion,
    findings: Findings,
  ): Promise<Findings> => {
    if (findings.lots + rawLots.length > LOTS_MAX)
      throw new UnreadableFile('too-many-lots', `A list may have at most ${LOTS_MAX.toLocaleString('en')} lots.`);
    const extract = await catalogue.lookUp(
      release,
      rawLots.map(({ partNumber }) => partNumber),
    );
    const checked = rawLots.map((lot, index) => checkLot(parseLot(lot, findings.lots + index + 1), format, extract));
    if (checked.length > 0) await lots.add(jobId, attemptId, checked);
    return { ...findings, ...addFindings(findings, checked, repairs) };
  };

  const checkLimits = (startedAt: Instant, progress: ReadingProgress): void => {
    if (!progress.shouldContinue()) throw new AttemptSuperseded();
    if (msBetween(startedAt, now()) > PARSING_MS_MAX)
      throw new UnreadableFile('parsing-overdue', 'Reading this file took more than five minutes and was given up.');
  };

  return async (attempt: Attempt, progress: ReadingProgress): Promise<Findings> => {
    const startedAt = now();
    const bytes = await files.open(attempt.fileId);
    if (isRejection(bytes)) throw new UnreadableFile('file-not-found', 'The stored file is not there any more.');
    const release = await catalogue.newestRelease();
    let findings: Findings | undefined;
    for await (const portion of read(trackBytes(bytes, progress, () => checkLimits(startedAt, progress)))) {
      const { format, encoding } = portion;
      const before = findings ?? { ...emptyFindings, format, encoding, catalogueRelease: release.id };
      findings = await storePortion(attempt, release, portion, { ...before, encoding });
      progress.lots = findings.lots;
    }
    if (findings === undefined || findings.lots === 0)
      throw new UnreadableFile('no-lots', 'The file is a parts list without a single lot.');
    return findings;
  };
};
