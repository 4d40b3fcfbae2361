import { defineRoute } from '@lego-moc/http/route-contract';
import { mocParams } from '../../contracts/http-api.ts';
import { successorRequest } from '../../contracts/lineage-api.ts';

const tags = ['MOCs'];
const doneReply = { description: 'Done, or done before' };

export const nameSuccessor = defineRoute({
  method: 'put',
  path: '/v1/mocs/:mocId/successor',
  summary: 'Name the published MOC that takes the place of this one',
  description: 'Readers of the MOC are led there, also once it is deleted.',
  tags,
  params: mocParams,
  body: successorRequest,
  replies: {
    204: doneReply,
    422: { description: 'own-successor, or successor-not-found: no such published MOC' },
  },
});

export const withdrawSuccessor = defineRoute({
  method: 'delete',
  path: '/v1/mocs/:mocId/successor',
  summary: 'Say that no other MOC takes the place of this one',
  tags,
  params: mocParams,
  replies: { 204: doneReply },
});
