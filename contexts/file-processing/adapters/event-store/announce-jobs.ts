import type { Announcement } from '@lego-moc/event-store/integration-events';
import type { DeliveredEvent } from '@lego-moc/event-store/delivered-event';
import { unreachable } from '@lego-moc/kernel/decider';
import type { EventStreams } from '@lego-moc/application/event-streams';
import type { FileProcessingEventType, FileProcessingPayload } from '../../contracts/integration-events.ts';
import { fileJobDecider, type FileJob } from '../../domain/file-job.ts';
import type { FileJobEvent, JobId, Submission } from '../../domain/file-job-events.ts';
import { CATEGORY } from './file-job-codec.ts';

type JobIntegrationEvent = { readonly eventType: FileProcessingEventType; readonly payload: FileProcessingPayload };

const jobFields = ({ jobId, fileId, fileName, mocId, partsListId, owner }: Submission) => ({
  jobId,
  fileId,
  fileName,
  reference: { mocId, partsListId },
  owner,
});

const toIntegrationEvent = (job: FileJob): JobIntegrationEvent | undefined => {
  switch (job.status) {
    case 'absent':
    case 'queued':
    case 'withdrawn':
      return undefined;
    case 'parsing':
      return { eventType: 'file-processing.started', payload: { status: 'parsing', ...jobFields(job.submission) } };
    case 'completed': {
      const { status, submission, findings } = job;
      const { unknownParts, unknownColours, problems, repairs, ...rest } = findings;
      const parsedData = {
        ...rest,
        unknownParts: mutable(unknownParts),
        unknownColours: mutable(unknownColours),
        problems: mutable(problems),
        repairs: [...repairs],
      };
      return { eventType: 'file-processing.completed', payload: { status, ...jobFields(submission), parsedData } };
    }
    case 'needs-decision': {
      const { status, submission, question } = job;
      const payload = { status, ...jobFields(submission), readings: [...question.readings] };
      return { eventType: 'file-processing.needs-decision', payload };
    }
    case 'cancelled':
      return { eventType: 'file-processing.cancelled', payload: { status: job.status, ...jobFields(job.submission) } };
    case 'failed': {
      const { status, submission, failure } = job;
      return { eventType: 'file-processing.failed', payload: { status, ...jobFields(submission), error: failure } };
    }
    default:
      return unreachable(job);
  }
};

const mutable = <Item>({ count, first }: { readonly count: number; readonly first: readonly Item[] }) => ({
  count,
  first: [...first],
});

/** Events after which a job has no public state, or the one that was published before. */
const UNPUBLISHED_TYPES: ReadonlySet<string> = new Set(
  (
    [
      'FileSubmitted',
      'AttemptFailed',
      'AttemptAbandoned',
      'ColumnsDecided',
      'ColourSchemeDecided',
      'JobWithdrawn',
    ] satisfies FileJobEvent['type'][]
  ).map((type) => `file-processing.${type}`),
);

/** Events that have an integration event of their own, whose payload is the state of the job like that of others. */
const EVENT_TYPES: Readonly<Record<string, FileProcessingEventType>> = {
  'file-processing.LotsResolved': 'lots.resolved',
  'file-processing.SetsOpened': 'sets.opened',
};

/** The integration event for an event of a job: the public state of the job after it. */
export const announceJobs =
  (streams: EventStreams<FileJobEvent>) =>
  async ({ type, stream, revision }: DeliveredEvent): Promise<readonly Announcement<FileProcessingPayload>[]> => {
    if (UNPUBLISHED_TYPES.has(type)) return [];
    const jobId = stream.slice(CATEGORY.length + 1) as JobId;
    let job = fileJobDecider.initial;
    for await (const entry of streams.readEvents(jobId)) {
      if (entry.revision > revision) break;
      job = fileJobDecider.evolve(job, entry.event);
    }
    const integrationEvent = toIntegrationEvent(job);
    if (integrationEvent === undefined) return [];
    const eventType = EVENT_TYPES[type] ?? integrationEvent.eventType;
    return [{ ...integrationEvent, eventType, subject: jobId, revision: String(revision) }];
  };
