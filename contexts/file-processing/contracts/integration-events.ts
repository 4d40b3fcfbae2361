import { z } from 'zod';
import { reference } from './http-api.ts';
import { fileFailure, parsedFile, reading } from './parsed-file.ts';

/** The stream of this context's integration events; the `subject` of an event is the job's id. */
export const INTEGRATION_STREAM = 'integration-file-processing';

const job = { jobId: z.uuid(), fileId: z.uuid(), fileName: z.string(), reference, owner: z.string() };

/** Reading began. Published again for each attempt. */
export const fileProcessingStarted = z.object({ status: z.literal('parsing'), ...job });

/** The whole file was read. The lots themselves are asked for by `GET /v1/jobs/:jobId/lots`. */
export const fileProcessingCompleted = z.object({ status: z.literal('completed'), ...job, parsedData: parsedFile });

/** A later release of the catalogue knows lots that were unknown: the result as it is now, with its `resolution`. */
export const lotsResolved = fileProcessingCompleted;

/** The owner had sets of the list opened into parts: the result as it is now, with its `opening`. */
export const setsOpened = fileProcessingCompleted;

/** The file cannot be read as it is; asking again with the same bytes gives the same answer. */
export const fileProcessingFailed = z.object({ status: z.literal('failed'), ...job, error: fileFailure });

/** The owner cancelled the job; asking again takes another job. */
export const fileProcessingCancelled = z.object({ status: z.literal('cancelled'), ...job });

/** The colour ids may be those of two schemes, or, without `readings`, the columns of a table are not known: `POST /v1/jobs/:jobId/decision` says which, then it is read again. */
export const fileProcessingNeedsDecision = z.object({
  status: z.literal('needs-decision'),
  ...job,
  readings: z.array(reading),
});

/** Payload by event type. */
export const fileProcessingPayloads = {
  'file-processing.started': fileProcessingStarted,
  'file-processing.completed': fileProcessingCompleted,
  'lots.resolved': lotsResolved,
  'sets.opened': setsOpened,
  'file-processing.failed': fileProcessingFailed,
  'file-processing.cancelled': fileProcessingCancelled,
  'file-processing.needs-decision': fileProcessingNeedsDecision,
} as const;

/** Any payload of this stream: each holds the job's whole public state, so the newest revision says it all. */
export const fileProcessingPayload = z.discriminatedUnion('status', [
  fileProcessingStarted,
  fileProcessingCompleted,
  fileProcessingFailed,
  fileProcessingCancelled,
  fileProcessingNeedsDecision,
]);

export type FileProcessingPayload = z.infer<typeof fileProcessingPayload>;
export type FileProcessingEventType = keyof typeof fileProcessingPayloads;
