import { z } from 'zod';
import { codecFor } from '@lego-moc/event-codec/codec';
import type { MocUploadEvent } from '../../application/processes/moc-upload-events.ts';
import {
  attachedFile,
  descriptionFields,
  fileId,
  fileKind,
  instant,
  jobId,
  mocId,
  parentVersion,
  partsListId,
  userId,
} from './stored-values.ts';

const galleryItem = { kind: z.enum(['image', 'album']), itemId: z.string() };

const intent = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('create'),
    title: z.string(),
    ...descriptionFields,
    parent: parentVersion.exactOptional(),
    copyFiles: z.literal(true).exactOptional(),
    galleryItems: z.array(z.object(galleryItem)).readonly().exactOptional(),
  }),
  z.object({ kind: z.literal('add'), partsListTitle: z.string(), source: fileId.exactOptional() }),
  z.object({ kind: z.literal('replace'), partsListId, revision: z.string().exactOptional() }),
]);

const plannedCopy = z.object({
  fileId,
  source: fileId,
  sourceOwner: userId,
  listTitle: z.string().exactOptional(),
  listDescription: z.string().exactOptional(),
  sourceJob: jobId.exactOptional(),
});

const sentFile = z.object({ name: z.string(), sha256: z.string() });

/** Stored forms of the upload process' events. */
export const mocUploadCodec = codecFor<MocUploadEvent>('moc-management', {
  UploadBegun: [
    { schema: z.object({ mocId, owner: userId, begunAt: instant, roles: z.array(z.string()).exactOptional() }) },
  ],
  FileAnnounced: [{ schema: z.object({ fileId, kind: fileKind, name: z.string() }) }],
  StillReceiving: [{ schema: z.object({ at: instant }) }],
  FileReceived: [{ schema: z.object({ file: attachedFile, sent: sentFile.exactOptional() }) }],
  UploadReceived: [{ schema: z.object({ intent, receivedAt: instant }) }],
  UploadTitleSecured: [{ schema: z.object({ title: z.string() }) }],
  LinksPrepared: [
    { schema: z.object({ links: z.array(z.object({ ...galleryItem, verified: z.boolean() })).readonly() }) },
  ],
  CopiesPlanned: [{ schema: z.object({ copies: z.array(plannedCopy).readonly() }) }],
  FilesFiled: [{ schema: z.object({ mocId }) }],
  PartsReadingRequested: [{ schema: z.object({ partsListId, jobId }) }],
  PartsReadingOverdue: [{ schema: z.object({ at: instant }) }],
  PartsReadingGivenUp: [{ schema: z.object({ partsListId }) }],
  UploadAbandoned: [
    {
      schema: z.object({
        code: z.string(),
        because: z.string(),
        kind: fileKind.exactOptional(),
        details: z.record(z.string(), z.number()).exactOptional(),
      }),
    },
  ],
  FileDiscarded: [{ schema: z.object({ fileId }) }],
  UploadTitleReleased: [{ schema: z.object({ mocId }) }],
}).showing({
  shown: [
    ...['mocId', 'owner', 'begunAt', 'fileId', 'kind', 'at', 'mediaType', 'sizeBytes', 'sha256'],
    ...['receivedAt', 'version', 'relation', 'licence', 'partsListId', 'source', 'revision', 'jobId'],
    ...['code', 'status', 'sourceJob'],
  ],
});
