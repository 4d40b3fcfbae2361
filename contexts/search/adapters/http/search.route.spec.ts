import { expect } from 'chai';
import type express from 'express';
import fc from 'fast-check';
import request from 'supertest';
import { createApi } from '@lego-moc/http/api';
import { setCaller } from '@lego-moc/http/caller';
import { newId } from '@lego-moc/application/new-id';
import type { UserId } from '@lego-moc/kernel/message';
import { silentLogger } from '@lego-moc/logger/logger';
import { createMetrics } from '@lego-moc/metrics/metrics';
import type { Search, SearchIndex } from '../../application/ports/search-index.ts';
import type { FoundMoc } from '../../contracts/http-api.ts';
import { searchContract, searchRoute } from './search.route.ts';

const crane: FoundMoc = {
  type: 'moc',
  mocId: newId(),
  owner: 'bob',
  title: 'Clockwork crane',
  description: '',
  theme: 'Town',
  tags: ['crane'],
  status: 'published',
  totalPieces: 405,
  createdAt: '2026-01-01T12:00:00.000Z',
  publishedAt: '2026-01-02T12:00:00.000Z',
};

const searches: Search[] = [];
/** Endless cranes, so that there is always a next page. */
const index: SearchIndex = {
  find: (search) => {
    searches.push(search);
    return Promise.resolve({
      mocs: [crane],
      last: { score: '0.607927', mocId: crane.mocId, spelling: 'alike' },
      hasMore: true,
    });
  },
};

const apiFor = (user?: string): express.Express =>
  createApi({
    service: 'search',
    logger: silentLogger,
    metrics: createMetrics('search', { processMetrics: false }),
    contracts: [searchContract],
    checkReplies: true,
    routes: [
      (incoming, _response, next) => {
        if (user !== undefined) setCaller(incoming, { user: { id: user as UserId, roles: [] } });
        next();
      },
      searchRoute(index),
    ],
  });

const search = async (query: object): Promise<{ readonly status: number; readonly body: unknown }> =>
  request(apiFor('ada')).get('/v1/search').query(query);

describe('searching over HTTP', () => {
  beforeEach(() => {
    searches.length = 0;
  });

  it('searches for the words of q, on behalf of the caller', async () => {
    const { status, body } = await search({ q: 'Château, CRANE crane!', limit: 5 });
    expect(status).to.equal(200);
    expect((body as { items: unknown }).items).to.deep.equal([crane]);
    expect(searches).to.deep.equal([{ words: ['chateau', 'crane'], by: 'ada', limit: 5 }]);
  });

  it('continues where the page before ended', async () => {
    const { nextCursor } = (await search({ q: 'crane' })).body as { nextCursor: string };
    expect((await search({ q: 'CRANE', cursor: nextCursor })).status).to.equal(200);
    expect(searches[1])
      .to.have.property('after')
      .that.deep.equals({ score: '0.607927', mocId: crane.mocId, spelling: 'alike' });
  });

  it('refuses a cursor of another search and a text that is no cursor', async () => {
    const { nextCursor } = (await search({ q: 'crane' })).body as { nextCursor: string };
    const forged = Buffer.from(JSON.stringify(["0'; --", crane.mocId, 'alike', 'crane'])).toString('base64url');
    for (const [q, cursor] of [
      ['castle', nextCursor],
      ['crane', 'rubbish'],
      ['crane', forged],
      ['crane', ''],
    ] as const) {
      const { status, body } = await search({ q, cursor });
      expect(status).to.equal(400);
      expect(body).to.include({ type: 'urn:lego-moc:problem:cursor-invalid' });
    }
  });

  it('finds nothing for a query without a letter or digit', async () => {
    expect((await search({ q: '?!' })).body).to.deep.equal({ items: [] });
    expect(searches).to.deep.equal([]);
  });

  it('lists everything without a query', async () => {
    await search({});
    expect(searches).to.deep.equal([{ words: [], by: 'ada', limit: 20 }]);
  });

  it('names each invalid parameter', async () => {
    const { status, body } = await search({ q: 'x'.repeat(201), type: 'wishlist', limit: 1000 });
    expect(status).to.equal(400);
    const { errors } = body as { errors: { pointer: string }[] };
    expect(errors.map(({ pointer }) => pointer)).to.deep.equal(['/query/q', '/query/type', '/query/limit']);
  });

  it('answers 401 without a user', async () => {
    expect((await request(apiFor()).get('/v1/search')).status).to.equal(401);
  });

  it('answers 200 or 400 to any query and cursor', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 250 }), fc.string(), async (q, cursor) => {
        expect((await search({ q, cursor })).status).to.be.oneOf([200, 400]);
      }),
      { numRuns: 30 },
    );
  });
});
