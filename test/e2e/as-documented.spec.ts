import { expect } from 'chai';
import { z } from 'zod';
import { openApiDocument } from '@lego-moc/http/openapi';
import { problem } from '@lego-moc/http/problem';
import { defineRoute } from '@lego-moc/http/route-contract';
import { breachesOf, type HttpAnswer, type Document } from './as-documented.ts';

const contracts = [
  defineRoute({
    method: 'get',
    path: '/api/mocs/:mocId',
    summary: 'Read a MOC',
    params: z.object({ mocId: z.string() }),
    replies: { 200: { description: 'The MOC', schema: z.object({ title: z.string(), pieces: z.int() }) } },
  }),
  defineRoute({
    method: 'get',
    path: '/api/mocs/:mocId/picture',
    summary: 'Its picture',
    replies: { 200: { description: 'The picture', mediaType: 'image/*' } },
  }),
  defineRoute({
    method: 'delete',
    path: '/api/mocs/:mocId',
    summary: 'Delete it',
    replies: { 204: { description: 'Gone' } },
  }),
];
const breaches = breachesOf(openApiDocument({ title: 'x', version: '1', contracts }) as unknown as Document);

const moc = { title: 'Crane', pieces: 49 };
const good: HttpAnswer = { method: 'GET', path: '/api/mocs/1', status: 200, mediaType: 'application/json', body: moc };
const body = { ...problem(404, 'moc-not-found', 'There is none.').body, instance: '/api/mocs/1', correlationId: 'c-1' };
const refusal: HttpAnswer = { ...good, status: 404, mediaType: 'application/problem+json', body };

describe('comparing an answer with the OpenAPI document', () => {
  for (const [name, answer] of [
    ['that conforms', good],
    ['by the other name of its path', { ...good, path: '/v1/mocs/1' }],
    ['of another media type', { ...good, path: '/api/mocs/1/picture', mediaType: 'image/webp', body: undefined }],
    ['without a body', { ...good, method: 'DELETE', status: 204, mediaType: undefined, body: undefined }],
    ['that refuses', refusal],
    ['that refuses an unknown path', { ...refusal, path: '/api/nowhere' }],
  ] as const)
    it(`accepts one ${name}`, () => {
      expect(breaches(answer)).to.deep.equal([]);
    });

  for (const [name, answer] of [
    ['with a field of another type', { ...good, body: { ...moc, pieces: '49' } }],
    ['without a field', { ...good, body: { title: 'Crane' } }],
    ['with an undocumented field', { ...good, body: { ...moc, owner: 'ada' } }],
    ['with an undocumented status', { ...good, status: 202 }],
    ['of an undocumented media type', { ...good, mediaType: 'text/html' }],
    ['with a body where none is documented', { ...good, method: 'DELETE', status: 204 }],
    ['that grants an unknown path', { ...good, path: '/api/nowhere' }],
    ['that refuses without a correlation id', { ...refusal, body: { ...body, correlationId: undefined } }],
    ['that refuses without a problem document', { ...refusal, mediaType: 'application/json' }],
    ['that refuses with a foreign problem type', { ...refusal, body: { ...body, type: 'about:blank' } }],
  ] as const)
    it(`reports one ${name}`, () => {
      expect(breaches(answer)).not.to.deep.equal([]);
    });
});
