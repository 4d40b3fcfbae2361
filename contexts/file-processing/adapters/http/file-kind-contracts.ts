import { z } from 'zod';
import { defineRoute } from '@lego-moc/http/route-contract';
import { fileKindsReply } from '../../contracts/file-kind-api.ts';

const tags = ['file processing'];

export const fileKindsContract = defineRoute({
  method: 'get',
  path: '/v1/file-kinds',
  summary: 'The own decisions about columns and colours that hold for the next file of a kind',
  tags,
  replies: { 200: { description: 'The decisions by kind, the latest last', schema: fileKindsReply } },
});

export const forgetKindContract = defineRoute({
  method: 'delete',
  path: '/v1/file-kinds/:kind',
  summary: 'Forget what was decided about a kind of file; the next one asks again',
  tags,
  params: z.object({ kind: z.string().min(1).max(100) }),
  replies: {
    204: { description: 'Forgotten; files that were read by it stay as they are' },
    404: { description: 'file-kind-not-found: no decision is remembered for this kind' },
  },
});

export const FILE_KIND_CONTRACTS = [fileKindsContract, forgetKindContract];
