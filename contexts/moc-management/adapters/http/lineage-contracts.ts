import { defineRoute } from '@lego-moc/http/route-contract';
import { mocParams } from '../../contracts/http-api.ts';
import { lineageReply } from '../../contracts/lineage-api.ts';

export const readLineage = defineRoute({
  method: 'get',
  path: '/v1/mocs/:mocId/lineage',
  summary: 'What a MOC was made of, and what was made of it',
  tags: ['Versions'],
  params: mocParams,
  replies: { 200: { description: 'Its credits, and its descendants', schema: lineageReply } },
});
