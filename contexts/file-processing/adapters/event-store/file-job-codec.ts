import { z } from 'zod';
import { codecFor } from '@lego-moc/event-codec/codec';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import {
  colourSchemeDecision,
  composition,
  disputedSchemes,
  encodings,
  fileFailure,
  formats,
  lotProblem,
  lotResolution,
  reading,
  repair,
  setsOpening,
  unknownLot,
} from '../../contracts/parsed-file.ts';
import { columnMapping, columnQuestion, usedColumns } from '../../contracts/column-mapping.ts';
import type { AttemptId, FileJobEvent, JobId } from '../../domain/file-job-events.ts';

/** Streams of this context are named `fileJob-<jobId>`: a category ends at the first dash. */
export const CATEGORY = 'fileJob';

const jobId = z.string().transform((id) => id as JobId);
const attemptId = z.string().transform((id) => id as AttemptId);
const owner = z.string().transform((id) => id as UserId);
const instant = z.iso.datetime().transform((at) => at as Instant);
const tally = <T>(item: z.ZodType<T>) => z.object({ count: z.int(), first: z.array(item) });

const findings = z.object({
  format: z.enum(formats),
  encoding: z.enum(encodings),
  lots: z.int(),
  pieces: z.int(),
  piecesExtra: z.int(),
  sets: z.int().optional(),
  minifigs: z.int().optional(),
  unknownParts: tally(unknownLot),
  unknownColours: tally(unknownLot),
  problems: tally(lotProblem),
  repairs: z.array(repair),
  colourScheme: colourSchemeDecision.optional(),
  columns: usedColumns.optional(),
  composition: composition.optional(),
  contentHash: z.string().optional(),
  catalogueRelease: z.string(),
});

const parsingCompleted = z.object({ jobId, attemptId, findings, completedAt: instant });

/** The first parsers did not total extra pieces apart, so that there were none. */
const parsingCompletedV1 = parsingCompleted.extend({ findings: findings.extend({ piecesExtra: z.int().optional() }) });

const upcastParsingCompletedV1 = ({
  findings: { piecesExtra = 0, ...others },
  ...data
}: z.infer<typeof parsingCompletedV1>): z.infer<typeof parsingCompleted> => ({
  ...data,
  findings: { ...others, piecesExtra },
});

/** The stored forms of a job's events. */
export const fileJobCodec = codecFor<FileJobEvent>('file-processing', {
  FileSubmitted: [
    {
      schema: z.object({
        jobId,
        fileId: z.string(),
        fileName: z.string(),
        mocId: z.string(),
        partsListId: z.string(),
        owner,
        colourScheme: z.enum(disputedSchemes).optional(),
        columns: columnMapping.optional(),
        submittedAt: instant,
      }),
    },
  ],
  ParsingStarted: [{ schema: z.object({ jobId, attemptId, startedAt: instant }) }],
  AttemptFailed: [{ schema: z.object({ jobId, attemptId, failedAt: instant }) }],
  AttemptAbandoned: [{ schema: z.object({ jobId, attemptId, abandonedAt: instant }) }],
  ParsingCompleted: [{ schema: parsingCompletedV1, upcast: upcastParsingCompletedV1 }, { schema: parsingCompleted }],
  LotsResolved: [
    {
      schema: z.object({
        ...{ jobId, attemptId, resolution: lotResolution, composition },
        unknownParts: tally(unknownLot),
        unknownColours: tally(unknownLot),
      }),
    },
  ],
  SetsOpened: [
    {
      schema: z.object({
        ...{ jobId, attemptId, opening: setsOpening, composition, openedBy: z.string() },
        totals: findings.pick({
          ...{ lots: true, pieces: true, piecesExtra: true, sets: true, minifigs: true },
          ...{ unknownParts: true, unknownColours: true, problems: true },
        }),
      }),
    },
  ],
  DecisionNeeded: [
    {
      schema: z.object({
        jobId,
        attemptId,
        readings: z.array(reading),
        columns: columnQuestion.optional(),
        kind: z.string().optional(),
        needsDecisionSince: instant,
      }),
    },
  ],
  ColumnsDecided: [{ schema: z.object({ jobId, columns: columnMapping, decidedBy: z.string(), decidedAt: instant }) }],
  ColourSchemeDecided: [
    { schema: z.object({ jobId, colourScheme: z.enum(disputedSchemes), decidedBy: z.string(), decidedAt: instant }) },
  ],
  JobCancelled: [{ schema: z.object({ jobId, cancelledBy: z.string(), cancelledAt: instant }) }],
  JobWithdrawn: [{ schema: z.object({ jobId, withdrawnAt: instant }) }],
  ParsingFailed: [{ schema: z.object({ jobId, failure: fileFailure, failedAt: instant }) }],
}).showing({
  shown: [
    ...['jobId', 'fileId', 'mocId', 'partsListId', 'owner', 'attemptId', 'submittedAt', 'startedAt'],
    ...['failedAt', 'abandonedAt', 'completedAt', 'withdrawnAt', 'cancelledAt', 'decidedAt'],
    ...['needsDecisionSince', 'decidedBy', 'cancelledBy', 'openedBy', 'format', 'encoding', 'lots'],
    ...['pieces', 'piecesExtra', 'sets', 'minifigs', 'count', 'catalogueRelease', 'colourScheme'],
    ...['status'],
  ],
  erasedBy: ['JobWithdrawn'],
});
