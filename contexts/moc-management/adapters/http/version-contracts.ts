import { defineRoute } from '@lego-moc/http/route-contract';
import { downloadReply } from '../../contracts/files-api.ts';
import { mocParams } from '../../contracts/http-api.ts';
import {
  diffParams,
  diffReply,
  lastSeenReply,
  markSeenRequest,
  rebuyExportQuery,
  rebuyQuery,
  rebuyReply,
  versionFileParams,
  versionParams,
  versionReply,
  versionsReply,
} from '../../contracts/versions-api.ts';

const tags = ['Versions'];

export const listVersions = defineRoute({
  method: 'get',
  path: '/v1/mocs/:mocId/versions',
  summary: 'The published versions of a MOC, oldest first',
  tags,
  params: mocParams,
  replies: { 200: { description: 'The versions', schema: versionsReply } },
});

export const readVersion = defineRoute({
  method: 'get',
  path: '/v1/mocs/:mocId/versions/:version',
  summary: 'A version as it was published; the present draft as `draft`, for its owner',
  tags,
  params: versionParams,
  replies: { 200: { description: 'The version', schema: versionReply } },
});

export const downloadVersionFile = defineRoute({
  method: 'get',
  path: '/v1/mocs/:mocId/versions/:version/files/:fileId',
  summary: 'Where a file of a version can be downloaded for a while',
  tags,
  params: versionFileParams,
  replies: { 200: { description: 'A signed URL', schema: downloadReply } },
});

export const diffVersions = defineRoute({
  method: 'get',
  path: '/v1/mocs/:mocId/versions/:from/diff/:to',
  summary: 'How two versions differ in text, files and parts',
  tags,
  params: diffParams,
  replies: { 200: { description: 'The differences', schema: diffReply } },
});

export const rebuyParts = defineRoute({
  method: 'get',
  path: '/v1/mocs/:mocId/versions/:version/rebuy',
  summary: 'What to buy, and what is left over, for whoever has the parts of one version and builds another',
  tags,
  params: versionParams,
  query: rebuyQuery,
  replies: { 200: { description: 'The lots', schema: rebuyReply } },
});

export const exportRebuy = defineRoute({
  method: 'get',
  path: '/v1/mocs/:mocId/versions/:version/rebuy/export',
  summary: 'What to buy, or what is left over, as a file for another program',
  tags,
  params: versionParams,
  query: rebuyExportQuery,
  replies: {
    200: { description: 'The file, or a zip of several', mediaType: '*/*' },
    409: { description: 'nothing-to-export: there is nothing that the target can take' },
    422: { description: 'too-many-lots' },
  },
});

export const revertToVersion = defineRoute({
  method: 'post',
  path: '/v1/mocs/:mocId/versions/:version/revert',
  summary: 'Bring the content of a version back, as a draft',
  tags,
  params: versionParams,
  replies: { 204: { description: 'Done, or done before' } },
});

export const readLastSeen = defineRoute({
  method: 'get',
  path: '/v1/mocs/:mocId/last-seen',
  summary: 'Whether a MOC has a version that the reader has not seen',
  tags,
  params: mocParams,
  replies: { 200: { description: 'The newest version that they have seen', schema: lastSeenReply } },
});

export const markSeen = defineRoute({
  method: 'put',
  path: '/v1/mocs/:mocId/last-seen',
  summary: 'Record that the reader has seen a version',
  tags,
  params: mocParams,
  body: markSeenRequest,
  replies: { 204: { description: 'Recorded; an older version than before changes nothing' } },
});
