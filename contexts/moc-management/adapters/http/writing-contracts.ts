import { z } from 'zod';
import { defineRoute } from '@lego-moc/http/route-contract';
import { IMAGE_SIZE_MAX, ACCEPTED_IMAGE_TYPES } from '@lego-moc/images/limits';
import { fileParams, mocParams, mocReply, partsListParams } from '../../contracts/http-api.ts';
import {
  addFilesFields,
  attachStoredFileRequest,
  draftMocRequest,
  instructionOrderRequest,
  revisePartsListRequest,
  replacePartsListFields,
  reviseMocRequest,
  uploadMocForm,
  uploadReply,
} from '../../contracts/writing-api.ts';

const goneReply = { description: 'The owner is erased, or the MOC was deleted' };
const pending = {
  description: 'The upload is complete and will be filed; ask at Location how far it is',
  schema: uploadReply,
};
const doneReply = { description: 'Done, or done before' };
const tags = ['MOCs'];
const FORM = 'multipart/form-data';

const some = z.array(z.file()).optional();
const pictures = `Pictures (${ACCEPTED_IMAGE_TYPES}, of at most 20 MiB and ${IMAGE_SIZE_MAX}) are kept as WebP, upright and without anything that the camera noted.`;

const listFiles = { partsLists: some };
const allFiles = { instructionsFile: some, ...listFiles, thumbnail: some, images: some };

export const draftMoc = defineRoute({
  method: 'post',
  path: '/v1/mocs',
  summary: 'Begin a MOC, or a set with its number',
  tags,
  body: draftMocRequest,
  replies: { 201: { description: 'The MOC', schema: mocReply }, 202: pending, 410: goneReply },
});

export const uploadMoc = defineRoute({
  method: 'post',
  path: '/v1/mocs/with-files',
  summary: 'Begin a MOC with its files',
  description: `Files are sent as instructionsFile, partsLists, thumbnail and images, each as often as needed. Either all of it stands afterwards, or nothing. ${pictures}`,
  tags,
  upload: { mediaType: FORM, schema: uploadMocForm.extend(allFiles) },
  replies: {
    201: { description: 'The MOC; its parts lists are being read', schema: mocReply },
    202: pending,
    410: goneReply,
  },
});

export const addFiles = defineRoute({
  method: 'post',
  path: '/v1/mocs/:mocId/files',
  summary: 'Add files to a MOC',
  description: `A form with the files, or JSON with the id of one that was uploaded directly. ${pictures}`,
  tags,
  params: mocParams,
  body: attachStoredFileRequest,
  upload: { mediaType: FORM, schema: addFilesFields.extend(allFiles) },
  replies: { 201: { description: 'The MOC', schema: mocReply }, 202: pending, 410: goneReply },
});

export const addPartsList = defineRoute({
  method: 'post',
  path: '/v1/mocs/:mocId/parts-lists',
  summary: 'Add a parts list to a MOC',
  tags: ['Parts lists'],
  params: mocParams,
  upload: { mediaType: FORM, schema: addFilesFields.extend(listFiles) },
  replies: {
    201: { description: 'The MOC; the new parts list is being read', schema: mocReply },
    202: pending,
    410: goneReply,
  },
});

export const reviseMoc = defineRoute({
  method: 'patch',
  path: '/v1/mocs/:mocId',
  summary: 'Change what is said about a MOC',
  tags,
  params: mocParams,
  body: reviseMocRequest,
  replies: { 204: doneReply },
});

export const publishMoc = defineRoute({
  method: 'put',
  path: '/v1/mocs/:mocId/publication',
  summary: 'Open a MOC to everyone, as its next version when it was published before',
  description:
    'Changes of a published MOC are seen by its owner only until they are published. Nothing changes when there are none.',
  tags,
  params: mocParams,
  replies: { 204: doneReply },
});

export const deleteMoc = defineRoute({
  method: 'delete',
  path: '/v1/mocs/:mocId',
  summary: 'Delete a MOC and its files',
  tags,
  params: mocParams,
  replies: { 204: doneReply },
});

export const detachFile = defineRoute({
  method: 'delete',
  path: '/v1/mocs/:mocId/files/:fileId',
  summary: 'Remove a file',
  tags,
  params: fileParams,
  replies: { 204: doneReply },
});

export const orderInstructions = defineRoute({
  method: 'put',
  path: '/v1/mocs/:mocId/instructions/order',
  summary: 'Put the parts of the instructions into another order',
  description: 'Names every part exactly once. Readers see the new order once it is published.',
  tags,
  params: mocParams,
  body: instructionOrderRequest,
  replies: { 204: doneReply },
});

export const putPartsList = defineRoute({
  method: 'put',
  path: '/v1/mocs/:mocId/parts-lists/:partsListId',
  summary: 'Give a parts list another title and description, or another file',
  description:
    'JSON changes the title, and the description if there is one. A form with one file as partsLists replaces the list: it stays as it is until the new file is counted, and for good when that cannot be read. A file equal to the present one changes nothing.',
  tags: ['Parts lists'],
  params: partsListParams,
  body: revisePartsListRequest,
  upload: { mediaType: FORM, schema: replacePartsListFields.extend({ partsLists: z.array(z.file()).length(1) }) },
  replies: {
    200: { description: 'The MOC; the new file is being read, or equals the present one', schema: mocReply },
    202: pending,
    204: doneReply,
    410: goneReply,
  },
});

export const unlistParts = defineRoute({
  method: 'delete',
  path: '/v1/mocs/:mocId/parts-lists/:partsListId',
  summary: 'Delete a parts list and its file',
  tags: ['Parts lists'],
  params: partsListParams,
  replies: { 204: doneReply },
});
