import type { Clock } from '@lego-moc/application/clock';
import { msBetween } from '@lego-moc/kernel/instant';
import { isRejection } from '@lego-moc/kernel/decider';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { checkLot } from '../domain/catalogue.ts';
import { addEvidence, noEvidence, type SchemeEvidence } from '../domain/colour-scheme-evidence.ts';
import type { ColourScheme, DisputedScheme } from '../domain/colour-scheme.ts';
import type { ColumnMapping } from '../domain/column-mapping.ts';
import type { AttemptId, JobId } from '../domain/file-job-events.ts';
import { addToComposition, compositionOf, emptyComposition, type CompositionTally } from '../domain/composition.ts';
import { addFindings, emptyFindings, type Findings, type UsedColumns } from '../domain/findings.ts';
import { parseLot } from '../domain/lot.ts';
import { lookUpOwn } from './own-parts.ts';
import type { Catalogue, Release } from './ports/catalogue.ts';
import type { LotStore } from './ports/lot-store.ts';
import { UnreadableFile, type Portion, type ReadPartsList } from './ports/parts-list-reader.ts';
import type { OwnParts, OwnPartsOf } from './ports/own-parts.ts';
import type { StoredFiles } from './ports/stored-files.ts';
import { trackBytes, type ReadingProgress } from './track-bytes.ts';

/** One attempt at one file; `colourScheme` and `columns` are set when a person decided them. */
export type Attempt = {
  readonly jobId: JobId;
  readonly attemptId: AttemptId;
  readonly fileId: string;
  readonly owner: UserId;
  readonly colourScheme?: DisputedScheme | undefined;
  readonly columns?: ColumnMapping | undefined;
};

export type PassReading = {
  readonly files: StoredFiles;
  readonly read: ReadPartsList;
  readonly catalogue: Catalogue;
  readonly ownPartsOf: OwnPartsOf;
  readonly lots: LotStore;
  readonly now: Clock;
};

/** 120 times the largest list known; a larger file is no parts list. */
export const LOTS_MAX = 1_000_000;

/** A hundred times the duration of the largest lists known. */
export const PARSING_MS_MAX = 300_000;

/** What one reading of a file has found. */
export type Pass = {
  readonly findings: Findings;
  readonly composition: CompositionTally;
  readonly evidence: SchemeEvidence;
  readonly expected: ColourScheme | undefined;
  /** The scheme that the lots were checked by. */
  readonly appliedScheme: ColourScheme;
  readonly kind: string;
};

/** What lots are checked against. */
type Knowledge = { readonly release: Release; readonly ownParts: OwnParts };

/** How a file is read: by the scheme and the columns that are known so far. */
export type Manner = { readonly scheme?: ColourScheme | undefined; readonly columns?: UsedColumns | undefined };

const noteProgress = (progress: ReadingProgress, { lots }: Findings, portion: Portion): void => {
  progress.lots = lots;
  progress.lines = portion.lots.at(-1)?.line ?? progress.lines;
};

/** Ends an attempt that is superseded or takes too long. */
const checkLimits = (startedAt: Instant, now: Instant, progress: ReadingProgress): void => {
  progress.signal.throwIfAborted();
  if (msBetween(startedAt, now) > PARSING_MS_MAX)
    throw new UnreadableFile('parsing-overdue', 'Reading this file took more than five minutes and was given up.');
};

/**
 * Reads a file once, checks its lots and stores them portion by portion; memory does not grow with the file. Throws
 * `UnreadableFile`, `AttemptSuperseded`, and errors of the ports.
 */
export const readPass = ({ files, read, catalogue, ownPartsOf, lots, now }: PassReading) => {
  const storePortion = async (attempt: Attempt, knowledge: Knowledge, portion: Portion, pass: Pass): Promise<Pass> => {
    const { findings, composition, evidence, appliedScheme } = pass;
    if (findings.lots + portion.lots.length > LOTS_MAX)
      throw new UnreadableFile('too-many-lots', `A list may have at most ${LOTS_MAX.toLocaleString('en')} lots.`);
    const parsedLots = portion.lots.map((raw, index) => parseLot(raw, findings.lots + index + 1));
    const numbers = parsedLots.map(({ lookupNumber }) => lookupNumber);
    const { release, ownParts } = knowledge;
    const extract = await lookUpOwn(catalogue, release, { scheme: appliedScheme, numbers, ownParts });
    const checkedLots = parsedLots.map((lot) => checkLot(lot, appliedScheme, extract));
    if (checkedLots.length > 0) await lots.add(attempt.jobId, attempt.attemptId, checkedLots);
    return {
      ...pass,
      findings: { ...findings, ...addFindings(findings, checkedLots, portion.repairs) },
      composition: addToComposition(composition, checkedLots, extract),
      evidence: addEvidence(evidence, checkedLots, extract),
    };
  };

  return async (
    attempt: Attempt,
    progress: ReadingProgress,
    startedAt: Instant,
    { scheme, columns }: Manner,
  ): Promise<Pass> => {
    const bytes = await files.open(attempt.fileId);
    if (isRejection(bytes)) throw new UnreadableFile('file-not-found', 'The stored file is not there any more.');
    const release = await catalogue.newestRelease();
    const knowledge = { release, ownParts: await ownPartsOf(attempt.owner) };
    progress.bytes = 0;
    const { chunks, contentHash } = trackBytes(bytes, progress, () => checkLimits(startedAt, now(), progress));
    let pass: Pass | undefined;
    for await (const portion of read(chunks, { mapping: columns?.mapping, signal: progress.signal })) {
      const { format, encoding, expectedScheme: expected, kind = format } = portion;
      const appliedScheme = scheme ?? expected ?? 'rebrickable';
      const findings = { ...emptyFindings, format, encoding, catalogueRelease: release.id };
      pass ??= { findings, composition: emptyComposition, evidence: noEvidence, expected, appliedScheme, kind };
      pass = await storePortion(attempt, knowledge, portion, { ...pass, findings: { ...pass.findings, encoding } });
      noteProgress(progress, pass.findings, portion);
    }
    if (pass === undefined || pass.findings.lots === 0)
      throw new UnreadableFile('no-lots', 'The file is a parts list without a single lot.');
    const columnFindings = columns === undefined ? {} : { columns };
    const composition = compositionOf(pass.composition);
    return { ...pass, findings: { ...pass.findings, ...columnFindings, composition, contentHash: contentHash() } };
  };
};
