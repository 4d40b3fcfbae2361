import type { Clock } from '@lego-moc/application/clock';
import { derivedId } from '@lego-moc/kernel/ids';
import { checkLot, isUnknownColour, isUnknownPart, type CheckedLot } from '../domain/catalogue.ts';
import type { FileJob } from '../domain/file-job.ts';
import type { JobId } from '../domain/file-job-events.ts';
import { addFindings, emptyFindings, type LotFindings } from '../domain/findings.ts';
import { ELEMENT_FORMATS, schemeOf } from '../domain/format-scheme.ts';
import type { HandleFileJob, LoadJob } from './file-jobs.ts';
import { lookUpOwn } from './own-parts.ts';
import type { Catalogue, Release } from './ports/catalogue.ts';
import type { CheckedCustomParts, LotResolution } from './ports/lot-resolution.ts';
import type { OwnParts, OwnPartsOf } from './ports/own-parts.ts';
import { compositionReader } from './read-composition.ts';

export type Resolving = {
  readonly load: LoadJob;
  readonly handle: HandleFileJob;
  readonly catalogue: Catalogue;
  readonly ownPartsOf: OwnPartsOf;
  readonly resolution: Omit<LotResolution, 'noteCustomParts'>;
  readonly now: Clock;
  readonly isOutage: (error: unknown) => boolean;
};

type CompletedJob = Extract<FileJob, { status: 'completed' }>;

/** The jobs of one sweep; the others are checked by the next one. */
const SWEEP_JOBS_MAX = 500;

const isUnknown = (lot: CheckedLot): boolean => isUnknownPart(lot) || isUnknownColour(lot);

/** Tells apart what several cross-walks add to one release. */
const countsOf = ({ unknownParts, unknownColours }: LotFindings): readonly string[] => [
  ...[String(unknownParts.count), String(unknownColours.count)],
];

const isChanged = (lot: CheckedLot, before: CheckedLot | undefined): boolean =>
  lot.part !== before?.part || lot.colourId !== before.colourId;

/**
 * Checks the unknown lots of completed jobs against the newest release of the catalogue and what their owners added to
 * it, and records which are known by it. A sweep that breaks off anywhere is repeated: lots are updated one by one, and the event states the totals that are
 * left. Tables that older versions read, which recorded no colour scheme, stay as they are.
 */
export const resolveLots = ({ load, handle, catalogue, ownPartsOf, resolution, now, isOutage }: Resolving) => {
  const updateLots = async (job: CompletedJob, release: Release, ownParts: OwnParts): Promise<LotFindings> => {
    const { attemptId, findings, submission } = job;
    const scheme = schemeOf(findings);
    // Rows of older versions do not say that they name an element.
    const elementMark = ELEMENT_FORMATS.has(findings.format) ? { isElement: true } : {};
    let rest = emptyFindings;
    if (scheme === undefined) return findings;
    for await (const lots of resolution.lots(submission.jobId, attemptId, 'unknown')) {
      const numbers = lots.map(({ lookupNumber }) => lookupNumber);
      const extract = await lookUpOwn(catalogue, release, { scheme, numbers, ownParts });
      const checkedLots = lots.map((lot) => checkLot({ ...lot, ...elementMark }, scheme, extract));
      const changes = checkedLots.filter((lot, index) => isChanged(lot, lots[index]));
      if (changes.length > 0) await resolution.update(submission.jobId, attemptId, changes);
      rest = addFindings(rest, checkedLots.filter(isUnknown), []);
    }
    return rest;
  };

  const readComposition = compositionReader({ catalogue, resolution });

  const resolveJob = async (jobId: JobId, release: Release): Promise<CheckedCustomParts | undefined> => {
    const job = await load(jobId);
    if (job.status !== 'completed') return undefined;
    const { owner } = job.submission;
    const ownParts = await ownPartsOf(owner);
    const checkedParts = { owner, changes: ownParts.changes };
    const { unknownParts, unknownColours } = await updateLots(job, release, ownParts);
    const { findings, attemptId } = job;
    const isSame =
      unknownParts.count === findings.unknownParts.count && unknownColours.count === findings.unknownColours.count;
    if (isSame) return checkedParts;
    const composition = await readComposition(jobId, attemptId, release);
    const counts = { unknownParts, unknownColours, composition, catalogueRelease: release.id };
    const commandId = derivedId('file-processing', jobId, attemptId, release.id, 'resolve', ...countsOf(findings));
    const cause = { commandId, correlationId: commandId, actor: 'file-processing' };
    await handle(jobId, { type: 'ResolveLots', data: { ...counts, attemptId, at: now() } }, cause);
    return checkedParts;
  };

  return async (signal?: AbortSignal): Promise<void> => {
    const release = await catalogue.newestRelease();
    // Read before the first look-up: what is imported from now on is left to the next sweep.
    const knowledge = await resolution.knowledge(release);
    const failures: unknown[] = [];
    for (const jobId of await resolution.findUnchecked(knowledge, SWEEP_JOBS_MAX)) {
      if (signal?.aborted === true) return;
      // A job that cannot be checked keeps no others waiting.
      const checkedParts = await resolveJob(jobId, release).catch((error: unknown) => {
        if (isOutage(error)) throw error;
        failures.push(error);
        return undefined;
      });
      await resolution.noteChecked(jobId, knowledge, checkedParts);
    }
    if (failures.length > 0) throw new AggregateError(failures, 'The lots of some jobs cannot be checked');
  };
};
