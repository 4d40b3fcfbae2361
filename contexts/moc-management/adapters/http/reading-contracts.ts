import { estimateQuery, estimateReply } from '@lego-moc/file-processing/contracts/price-api';
import { EXPORT_REPLIES } from '@lego-moc/http/export-reply';
import { defineRoute } from '@lego-moc/http/route-contract';
import { themesReply } from '../../contracts/description-api.ts';
import { downloadReply, filesReply, imagesReply, instructionsReply } from '../../contracts/files-api.ts';
import {
  fileParams,
  historyQuery,
  historyReply,
  listMocsQuery,
  mocListReply,
  mocLookupQuery,
  mocLookupReply,
  mocParams,
  mocReply,
  partsListParams,
  partsListReply,
  partsListsReply,
  readMocQuery,
  uploadParams,
} from '../../contracts/http-api.ts';
import { uploadReply } from '../../contracts/writing-api.ts';

const tags = ['MOCs'];

export const listMocs = defineRoute({
  method: 'get',
  path: '/v1/mocs',
  summary: 'A page of MOCs, newest first; those of the caller as they were written last',
  tags,
  query: listMocsQuery,
  replies: { 200: { description: 'The page', schema: mocListReply } },
});

export const exportOwnMocs = defineRoute({
  method: 'get',
  path: '/v1/mocs/export',
  summary: 'Everything that is stored of the caller, as it was recorded',
  description:
    'A line of JSON for each event of the own MOCs, comments, flags of comments, likes, bookmarks, follows and webhooks. Secrets are left out, and so are other users: who flagged or decided, and whom credits name.',
  tags,
  replies: { ...EXPORT_REPLIES, 410: { description: 'user-erased' } },
});

export const listThemes = defineRoute({
  method: 'get',
  path: '/v1/themes',
  summary: 'The catalogue of themes and subthemes; others may be named as well',
  tags,
  replies: { 200: { description: 'The themes', schema: themesReply } },
});

export const readUpload = defineRoute({
  method: 'get',
  path: '/v1/uploads/:uploadId',
  summary: 'How far an upload is, for its sender',
  tags,
  params: uploadParams,
  replies: { 200: { description: 'Its status', schema: uploadReply } },
});

export const readMoc = defineRoute({
  method: 'get',
  path: '/v1/mocs/:mocId',
  summary: 'A MOC',
  tags,
  params: mocParams,
  query: readMocQuery,
  replies: {
    200: { description: 'The MOC', schema: mocReply },
    410: { description: 'It was deleted; `successor` and the header Link say what takes its place' },
  },
});

export const lookUpMocs = defineRoute({
  method: 'get',
  path: '/v1/moc-lookups',
  access: 'service',
  summary: 'Up to 100 MOCs as a user sees them, with their parts lists, for other services',
  tags,
  query: mocLookupQuery,
  replies: { 200: { description: 'Those that the user may see', schema: mocLookupReply } },
});

export const readHistory = defineRoute({
  method: 'get',
  path: '/v1/mocs/:mocId/history',
  summary: 'What happened to a MOC, for its owner',
  tags,
  params: mocParams,
  query: historyQuery,
  replies: { 200: { description: 'Its events, oldest first', schema: historyReply } },
});

export const listFiles = defineRoute({
  method: 'get',
  path: '/v1/mocs/:mocId/files',
  summary: 'The files of a MOC',
  tags,
  params: mocParams,
  query: readMocQuery,
  replies: { 200: { description: 'The files', schema: filesReply } },
});

export const listImages = defineRoute({
  method: 'get',
  path: '/v1/mocs/:mocId/images',
  summary: 'The images of a MOC, each with URLs of smaller renditions that hold for a while',
  tags,
  params: mocParams,
  replies: { 200: { description: 'The images, and how far those are that were not processed', schema: imagesReply } },
});

export const readInstructions = defineRoute({
  method: 'get',
  path: '/v1/mocs/:mocId/instructions',
  summary: 'The parts of the instructions in order, with page counts and previews of first pages',
  tags,
  params: mocParams,
  replies: { 200: { description: 'The parts, with URLs that hold for a while', schema: instructionsReply } },
});

export const downloadFile = defineRoute({
  method: 'get',
  path: '/v1/mocs/:mocId/files/:fileId',
  summary: 'Where a file can be downloaded for a while',
  tags,
  params: fileParams,
  replies: { 200: { description: 'A signed URL', schema: downloadReply } },
});

export const listPartsLists = defineRoute({
  method: 'get',
  path: '/v1/mocs/:mocId/parts-lists',
  summary: 'The parts lists of a MOC',
  tags: ['Parts lists'],
  params: mocParams,
  query: readMocQuery,
  replies: { 200: { description: 'The parts lists', schema: partsListsReply } },
});

export const readPartsList = defineRoute({
  method: 'get',
  path: '/v1/mocs/:mocId/parts-lists/:partsListId',
  summary: 'A parts list; its lots are read at the job that it names',
  tags: ['Parts lists'],
  params: partsListParams,
  query: readMocQuery,
  replies: { 200: { description: 'The parts list', schema: partsListReply } },
});

export const estimateMoc = defineRoute({
  method: 'get',
  path: '/v1/mocs/:mocId/estimate',
  summary: 'What the pieces of all parts lists of a MOC cost together, as far as the reader has prices',
  tags: ['Parts lists'],
  params: mocParams,
  query: estimateQuery,
  replies: {
    200: { description: 'The sums, and what is not in them; no-prices when none is known', schema: estimateReply },
    409: { description: 'nothing-to-estimate: no list is counted, or the lists are too large' },
  },
});
