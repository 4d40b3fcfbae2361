import { z } from 'zod';
import { codecFor } from '@lego-moc/event-codec/codec';
import type { MocEvent } from '../../domain/moc-events.ts';
import {
  attachedFile,
  credit,
  descriptionFields,
  fileId,
  instant,
  jobId,
  mocId,
  partsListId,
  userId,
  withdrawnFile,
} from './stored-values.ts';

const list = z.object({ partsListId, title: z.string(), fileId, jobId });
const replacement = z.object({ fileId, jobId });
const composition = z.object({
  colours: z.array(z.object({ id: z.string(), name: z.string(), pieces: z.int() })).readonly(),
  parts: z.array(z.string()).readonly(),
});
const count = z.object({
  lots: z.int(),
  pieces: z.int(),
  unknownParts: z.int(),
  unknownColours: z.int(),
  problemLots: z.int().exactOptional(),
  composition: composition.exactOptional(),
  changes: z.int().exactOptional(),
});

const galleryItem = { kind: z.enum(['image', 'album']), itemId: z.string() };

/** Stored forms of a MOC's events. */
export const mocCodec = codecFor<MocEvent>('moc-management', {
  MocDrafted: [
    {
      schema: z.object({
        ...{ mocId, owner: userId, title: z.string(), draftedAt: instant, ...descriptionFields },
        lineage: z.array(credit).exactOptional(),
      }),
    },
  ],
  MocRetitled: [{ schema: z.object({ mocId, title: z.string() }) }],
  MocDescribed: [{ schema: z.object({ mocId, ...descriptionFields }) }],
  FileAttached: [{ schema: z.object({ mocId, file: attachedFile }) }],
  FileDetached: [{ schema: z.object({ mocId, fileId }) }],
  InstructionsOrdered: [{ schema: z.object({ mocId, order: z.array(fileId).readonly() }) }],
  FileWithdrawn: [{ schema: z.object({ mocId, file: withdrawnFile }) }],
  PartsListed: [{ schema: z.object({ mocId, list }) }],
  PartsListRetitled: [{ schema: z.object({ mocId, partsListId, title: z.string() }) }],
  PartsListDescribed: [{ schema: z.object({ mocId, partsListId, description: z.string() }) }],
  PartsCounted: [{ schema: z.object({ mocId, partsListId, count }) }],
  PartsFoundUnreadable: [{ schema: z.object({ mocId, partsListId, code: z.string(), because: z.string() }) }],
  PartsDecisionNeeded: [{ schema: z.object({ mocId, partsListId }) }],
  PartsReplacementListed: [{ schema: z.object({ mocId, partsListId, replacement }) }],
  PartsReplacementUndecided: [{ schema: z.object({ mocId, partsListId }) }],
  PartsReplacementRefused: [{ schema: z.object({ mocId, partsListId, code: z.string(), because: z.string() }) }],
  PartsReplaced: [{ schema: z.object({ mocId, partsListId, count }) }],
  PartsUnlisted: [{ schema: z.object({ mocId, partsListId }) }],
  GalleryItemLinked: [{ schema: z.object({ mocId, ...galleryItem, verified: z.boolean(), linkedAt: instant }) }],
  GalleryLinkVerified: [{ schema: z.object({ mocId, ...galleryItem }) }],
  GalleryItemUnlinked: [{ schema: z.object({ mocId, ...galleryItem, because: z.enum(['owner', 'gone']) }) }],
  CoverChosen: [{ schema: z.object({ mocId, imageId: z.string().nullable() }) }],
  MocPublished: [{ schema: z.object({ mocId, publishedAt: instant }) }],
  VersionPublished: [{ schema: z.object({ mocId, version: z.int(), publishedAt: instant }) }],
  MocReverted: [{ schema: z.object({ mocId, version: z.int() }) }],
  SuccessorNamed: [{ schema: z.object({ mocId, successor: mocId.nullable() }) }],
  MocDeleted: [{ schema: z.object({ mocId, deletedAt: instant }) }],
}).showing({
  shown: [
    ...['mocId', 'owner', 'draftedAt', 'fileId', 'kind', 'mediaType', 'sizeBytes', 'sha256'],
    ...['withdrawnAt', 'infectedWith', 'partsListId', 'jobId', 'lots', 'pieces', 'unknownParts'],
    ...['unknownColours', 'problemLots', 'changes', 'code', 'itemId', 'verified', 'linkedAt'],
    ...['publishedAt', 'version', 'relation', 'licence', 'deletedAt', 'releaseYear', 'retired', 'status'],
    ...['visibility', 'successor', 'imageId'],
  ],
  erasedBy: ['MocDeleted'],
});
