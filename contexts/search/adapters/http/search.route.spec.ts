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
import {
  CursorOfOtherIndex,
  type DocumentPage,
  type Position,
  type Search,
  type SearchIndex,
} from '../../application/ports/search-index.ts';
import type { PercentagesFor } from '../../application/ports/buildable-percentages.ts';
import type { FindRevision } from '../../application/ports/document-revisions.ts';
import type { FoundDocument, FoundMoc, Suggestions } from '../../contracts/http-api.ts';
import type { Query } from '../../domain/query.ts';
import type { ServedSearch } from '../../application/analytics/search-recorder.ts';
import type { QueryId } from '../../domain/analytics/search-execution-events.ts';
import { SEARCH_CONTRACTS } from './search-contracts.ts';
import { searchRoutes } from './search.route.ts';

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

const END = { key: '0.607927', id: crane.mocId, spelling: 'alike', index: 'postgresql' } as const;
const ENDLESS: DocumentPage = { documents: [crane], spelling: 'as-spelt', positions: [END], hasMore: true };

const searches: Search[] = [];
let answer: () => Promise<DocumentPage>;
const index: SearchIndex = {
  find: (search) => {
    searches.push(search);
    return answer();
  },
  similar: (mocId) => Promise.resolve(mocId === crane.mocId ? { mocs: [crane] } : undefined),
};

/** Only the crane is indexed, at revision 7. */
const findRevision: FindRevision = (id) =>
  Promise.resolve(id === crane.mocId ? { type: 'moc', id, revision: 7n } : undefined);

const words = (...all: string[]): Query => ({
  terms: all.map((word) => ({ words: [word], synonyms: [] })),
  ...{ phrases: [], without: [], filters: {} },
});

const records: ServedSearch[] = [];
let queryId: QueryId | undefined;
const record = (search: ServedSearch): QueryId | undefined => {
  records.push(search);
  return queryId;
};

/** The ids that inventory was asked about, each with who wants to build. */
const questions: string[] = [];
let percentages: ReadonlyMap<string, number> | undefined;
const percentagesFor: PercentagesFor = (by) => (mocIds) => {
  questions.push(...mocIds.map((mocId) => `${by} ${mocId}`));
  return Promise.resolve(percentages);
};

const apiFor = (user?: string, buildable: { percentagesFor?: PercentagesFor } = {}): express.Express =>
  createApi({
    service: 'search',
    logger: silentLogger,
    metrics: createMetrics('search', { processMetrics: false }),
    contracts: SEARCH_CONTRACTS,
    checkReplies: true,
    routes: [
      (incoming, _response, next) => {
        if (user !== undefined) setCaller(incoming, { user: { id: user as UserId, roles: [] } });
        next();
      },
      searchRoutes({
        index,
        synonyms: () => [],
        findRevision,
        record,
        ...buildable,
        trending: () => ['clockwork train'],
      }),
    ],
  });

const adasApi = apiFor('ada', { percentagesFor });

const search = async (
  query: object,
  path = '/v1/search',
): Promise<{ readonly status: number; readonly body: unknown }> => request(adasApi).get(path).query(query);

describe('searching over HTTP', () => {
  beforeEach(() => {
    searches.length = 0;
    records.length = 0;
    queryId = undefined;
    answer = () => Promise.resolve(ENDLESS);
  });

  it('searches for the words of q, on behalf of the caller', async () => {
    const { status, body } = await search({ q: 'Château, CRANE crane!', limit: 5 });
    expect(status).to.equal(200);
    const highlights = { title: [[10, 15]], description: [] };
    expect((body as { items: unknown }).items).to.deep.equal([{ ...crane, highlights }]);
    const query = words('chateau', 'crane');
    expect(searches).to.deep.equal([{ query, types: ['moc'], by: 'ada', sort: 'relevance', limit: 5 }]);
  });

  it('records a search without the values of its filters, and names it in the reply when it is sampled', async () => {
    expect((await search({ q: 'crane' })).body).not.to.have.property('queryId');
    queryId = newId() as QueryId;
    expect((await search({ q: 'Big crane by:ada theme:town', sort: 'newest' })).body).to.include({ queryId });
    const { elapsedMs, ...rest } = records.at(-1)!;
    expect(elapsedMs).to.be.at.least(0);
    expect(rest).to.deep.equal({
      ...{ text: 'big crane', filters: ['by', 'theme'], types: ['moc'], sort: 'newest', by: 'ada' },
      ...{ page: 'first', results: 1, hasMore: true, degraded: null },
    });
  });

  it('continues where the page before ended', async () => {
    const { nextCursor } = (await search({ q: 'crane' })).body as { nextCursor: string };
    expect((await search({ q: 'crane', cursor: nextCursor, limit: 3 })).status).to.equal(200);
    expect(searches[1]).to.have.property('after').that.deep.equals(END);
  });

  it('continues behind a set, a builder, and within a tier of popularity', async () => {
    for (const [key, id] of [
      ['100.6', 'set:10255-1'],
      ['0.5', 'auth0|5f7c~a@b'],
      ['3 1735689600000', crane.mocId],
    ] as const) {
      const end: Position = { key, id, spelling: 'as-spelt', index: 'opensearch' };
      answer = () => Promise.resolve({ ...ENDLESS, positions: [end] });
      const { nextCursor } = (await search({ q: 'crane', limit: 1 })).body as { nextCursor: string };
      expect((await search({ q: 'crane', limit: 1, cursor: nextCursor })).status, id).to.equal(200);
      expect(searches.at(-1)).to.have.property('after').that.deep.equals(end);
    }
  });

  it('takes wishlist for the type wish', async () => {
    await search({ q: 'crane', type: 'moc,wishlist,wish' });
    expect(searches.at(-1)?.types).to.deep.equal(['moc', 'wish']);
    expect((await search({ q: 'crane', type: 'wishlists' })).status).to.equal(400);
  });

  it('refuses a cursor of another search and a text that is no cursor', async () => {
    const { nextCursor } = (await search({ q: 'crane' })).body as { nextCursor: string };
    const forgedCursor = Buffer.from(JSON.stringify(["0'; --", crane.mocId, 'alike', 'postgresql', 'crane'])).toString(
      'base64url',
    );
    for (const [q, cursor] of [
      ['castle', nextCursor],
      ['crane', 'rubbish'],
      ['crane', forgedCursor],
      ['crane', ''],
    ] as const) {
      const { status, body } = await search({ q, cursor });
      expect(status).to.equal(400);
      expect(body).to.include({ type: 'urn:lego-moc:problem:cursor-invalid' });
    }
    expect((await search({ q: 'crane', sort: 'newest', cursor: nextCursor })).status).to.equal(400);
  });

  it('says when to try a cursor again whose index does not answer just now', async () => {
    const { nextCursor } = (await search({ q: 'crane' })).body as { nextCursor: string };
    for (const reason of ['index-behind', 'index-unavailable', 'index-building'] as const) {
      answer = () => Promise.reject(new CursorOfOtherIndex(reason));
      const reply = await request(adasApi).get('/v1/search').query({ q: 'crane', cursor: nextCursor }).expect(503);
      expect(reply.body).to.include({ type: `urn:lego-moc:problem:${reason}` });
      expect(reply.headers['retry-after']).to.match(/^[15]$/);
    }
    answer = () => Promise.resolve(ENDLESS);
    expect((await search({ q: 'crane', cursor: nextCursor })).status).to.equal(200);
  });

  it('refuses a cursor of an index that is not in use any more', async () => {
    const { nextCursor } = (await search({ q: 'crane' })).body as { nextCursor: string };
    answer = () => Promise.reject(new CursorOfOtherIndex());
    const { status, body } = await search({ q: 'crane', cursor: nextCursor });
    expect(status).to.equal(400);
    expect(body).to.include({ type: 'urn:lego-moc:problem:cursor-invalid' });
  });

  it('answers with facets, a corrected query and why it is degraded', async () => {
    const facets = { theme: [{ value: 'town', count: 1 }] };
    answer = () =>
      Promise.resolve({
        documents: [crane],
        spelling: 'alike',
        positions: [END],
        hasMore: false,
        facets,
        degraded: 'index-behind',
      });
    const { body } = await search({ q: 'crame', facets: 'theme', type: 'moc,wish' });
    expect(body).to.deep.include({ facets, degraded: true, degradedReason: 'index-behind', didYouMean: 'crane' });
    expect(body).not.to.have.property('nextCursor');
    expect(searches[0]).to.deep.include({ facets: ['theme'], types: ['moc', 'wish'] });
  });

  it('searches once a demanded revision is indexed, and says 503 when it is not within a second', async () => {
    expect((await search({ atLeastRevision: `${crane.mocId}:7` })).status).to.equal(200);
    expect(searches[0]).to.deep.include({ atLeast: { type: 'moc', id: crane.mocId, revision: 7n } });
    for (const demand of [`${crane.mocId}:8`, `${newId()}:0`]) {
      const { status, body } = await search({ atLeastRevision: demand });
      expect(status).to.equal(503);
      expect(body).to.include({ type: 'urn:lego-moc:problem:index-behind' });
    }
    expect((await search({ atLeastRevision: 'newest' })).status).to.equal(400);
    expect(searches).to.have.length(1);
  });

  it('searches what is of the caller by by:me', async () => {
    await search({ q: 'by:me' });
    expect(searches[0]?.query.filters).to.deep.equal({ by: 'ada' });
  });

  describe('by what the caller can build', () => {
    beforeEach(() => {
      questions.length = 0;
      answer = () => Promise.resolve({ ...ENDLESS, hasMore: false });
    });

    it('finds MOCs with counted lists of which the caller has enough pieces', async () => {
      percentages = new Map([[crane.mocId, 83]]);
      const { body } = await search({ buildable: 80 });
      expect(body).to.deep.equal({ items: [{ ...crane, buildablePercentage: 83 }] });
      expect(questions).to.deep.equal([`ada ${crane.mocId}`]);
      expect(searches[0]?.query.filters).to.deep.equal({ has: 'parts' });
      expect(records.at(-1)).to.deep.include({ filters: ['buildable'], results: 1, degraded: null });
      expect((await search({ buildable: 84 })).body).to.deep.equal({ items: [] });
    });

    it('finds without the filter, and says so, while inventory is away', async () => {
      percentages = undefined;
      const degradation = { degraded: true, degradedReason: 'inventory-unavailable' };
      const { status, body } = await search({ buildable: 80 });
      expect(status).to.equal(200);
      expect(body).to.deep.equal({ items: [crane], unappliedFilters: ['buildable'], ...degradation });
    });

    it('gives a cursor that belongs to the same percentage', async () => {
      answer = () =>
        Promise.resolve({
          ...ENDLESS,
          documents: Array<FoundMoc>(50).fill(crane),
          positions: Array(50).fill(END) as (typeof END)[],
        });
      percentages = new Map([[crane.mocId, 83]]);
      const { nextCursor } = (await search({ buildable: 80, limit: 1 })).body as { nextCursor: string };
      expect((await search({ buildable: 80, limit: 1, cursor: nextCursor })).status).to.equal(200);
      expect((await search({ buildable: 81, limit: 1, cursor: nextCursor })).status).to.equal(400);
      expect((await search({ limit: 1, cursor: nextCursor })).status).to.equal(400);
    });

    it('refuses other types, no percentage, and the filter where it is switched off', async () => {
      const off = await request(apiFor('ada')).get('/v1/search').query({ buildable: 80 });
      const replies = [await search({ buildable: 80, type: 'moc,image' }), await search({ buildable: 101 }), off];
      for (const { status, body } of replies as { status: number; body: { errors: { pointer: string }[] } }[]) {
        expect(status).to.equal(400);
        expect(body).to.deep.include({ type: 'urn:lego-moc:problem:invalid-request' });
        expect(body.errors[0]?.pointer).to.equal('/query/buildable');
      }
      expect(questions).to.deep.equal([]);
    });
  });

  it('says what is wrong with a filter', async () => {
    const { status, body } = await search({ q: 'pieces:many' });
    expect(status).to.equal(400);
    expect(body).to.include({ type: 'urn:lego-moc:problem:invalid-request' });
    expect((body as { detail: string }).detail).to.contain('pieces:500..2000');
  });

  it('suggests titles, themes, tags and trending searches that fit what is typed', async () => {
    const path = '/v1/search/suggestions';
    expect((await search({ q: 'cr' }, path)).body).to.deep.equal({
      suggestions: [
        { kind: 'title', text: 'Clockwork crane' },
        { kind: 'tag', text: 'crane' },
      ],
    });
    expect((await search({ q: 'tow' }, path)).body).to.deep.equal({ suggestions: [{ kind: 'theme', text: 'Town' }] });
    expect((await search({ q: 'clo', limit: 4 }, path)).body).to.deep.equal({
      suggestions: [
        { kind: 'title', text: 'Clockwork crane' },
        { kind: 'query', text: 'clockwork train' },
      ],
    });
    expect((await search({ q: ' ' }, path)).body).to.deep.equal({
      suggestions: [{ kind: 'query', text: 'clockwork train' }],
    });
    expect((await search({ q: '-' }, path)).body).to.deep.equal({ suggestions: [] });
  });

  it('suggests sets and parts in a quarter of the places, or in all that MOCs leave', async () => {
    const path = '/v1/search/suggestions';
    const square = { title: 'Crane square', theme: '', subthemes: [], year: null, pieces: null };
    const sets: FoundDocument[] = ['1-1', '2-1', '3-1'].map((setNumber) => ({ type: 'set', setNumber, ...square }));
    answer = () => Promise.resolve({ ...ENDLESS, documents: [crane, ...sets] });
    const textsOf = async (limit: number) =>
      ((await search({ q: 'crane', limit }, path)).body as Suggestions).suggestions.map(({ text }) => text);
    expect(await textsOf(2)).to.deep.equal(['Clockwork crane', '1-1']);
    expect(await textsOf(4)).to.deep.equal(['Clockwork crane', 'crane', '1-1', '2-1']);
    answer = () => Promise.resolve({ ...ENDLESS, documents: [crane] });
    expect(await textsOf(2)).to.deep.equal(['Clockwork crane', 'crane']);
  });

  it('answers with similar MOCs, or 404', async () => {
    expect((await search({}, `/v1/search/mocs/${crane.mocId}/similar`)).body).to.deep.equal({ items: [crane] });
    expect((await search({}, `/v1/search/mocs/${newId()}/similar`)).status).to.equal(404);
  });

  it('finds nothing for a query without a letter or digit', async () => {
    expect((await search({ q: '?!' })).body).to.deep.equal({ items: [] });
    expect(searches).to.deep.equal([]);
  });

  it('lists everything without a query', async () => {
    await search({});
    expect(searches).to.deep.equal([{ query: words(), types: ['moc'], by: 'ada', sort: 'relevance', limit: 20 }]);
  });

  it('names each invalid parameter', async () => {
    const { status, body } = await search({ q: 'x'.repeat(201), type: 'plane', limit: 1000 });
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
  }).timeout(60_000);
});
