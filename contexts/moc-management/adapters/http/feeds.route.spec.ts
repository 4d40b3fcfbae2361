import { expect } from 'chai';
import { SaxesParser } from 'saxes';
import request from 'supertest';
import { newId } from '@lego-moc/application/new-id';
import { createApi } from '@lego-moc/http/api';
import { reject } from '@lego-moc/kernel/decider';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { silentLogger } from '@lego-moc/logger/logger';
import { createMetrics } from '@lego-moc/metrics/metrics';
import { feedsOf } from '../../application/feeds.ts';
import type { PublicComment, PublishedMoc } from '../../application/ports/feed-reader.ts';
import { jsonFeedReply } from '../../contracts/feeds-api.ts';
import type { MocId } from '../../domain/moc-id.ts';
import type { LivingMoc } from '../../domain/moc.ts';
import type { Version } from '../../domain/versions.ts';
import { CONTRACTS } from './contracts.ts';
import { feedRoutes } from './feeds.route.ts';

const API = 'https://mocs.example/api';
const ada = 'ada' as UserId;
const crane = newId() as MocId;
const draft = newId() as MocId;
const at = (day: number) => `2026-01-${String(day).padStart(2, '0')}T12:00:00.000Z` as Instant;

const nothing = { theme: '', tags: [], files: [], partsLists: [] };
const version = (number: number, title: string, description = ''): Version => ({
  ...{ ...nothing, title, description, version: number, publishedAt: at(number) },
});
const moc = (...versions: Version[]): LivingMoc => ({
  ...{ ...nothing, status: 'published', owner: ada, title: 'Secret draft', description: 'Secret text' },
  ...{ galleryLinks: [], lineage: [], withdrawnFiles: [], versions, successor: null },
});

type Public = {
  readonly moc?: LivingMoc;
  readonly comments?: readonly PublicComment[];
  readonly published?: readonly PublishedMoc[];
};

const begin = ({ moc: shownMoc = moc(version(1, 'Crane')), comments = [], published = [] }: Public = {}) => {
  const noMoc = reject('moc-not-found' as const, 'There is no such MOC.');
  const versions = { published: (mocId: MocId) => Promise.resolve(mocId === crane ? shownMoc : noMoc) };
  const reader = {
    comments: (_mocId: MocId, limit: number) => Promise.resolve(comments.slice(0, limit)),
    publishedBy: (builder: UserId, limit: number) => Promise.resolve(builder === ada ? published.slice(0, limit) : []),
  };
  const app = createApi({
    service: 'moc-management',
    logger: silentLogger,
    metrics: createMetrics('moc-management', { processMetrics: false }),
    contracts: CONTRACTS,
    checkReplies: true,
    routes: [feedRoutes(feedsOf(versions, reader), API)],
  });
  return {
    get: (path: string) => request(app).get(`/v1/feeds${path}`),
    head: (path: string) => request(app).head(`/v1/feeds${path}`),
  };
};

/** The texts of all elements of a document, by name. Throws when it is malformed. */
const textsOf = (xml: string): Readonly<Record<string, readonly string[]>> => {
  const texts: Record<string, string[]> = {};
  const open: string[] = [];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name }) => {
    open.push(name);
    (texts[name] ??= []).push('');
  });
  parser.on('text', (text) => {
    const name = open.at(-1);
    const all = name === undefined ? undefined : texts[name];
    if (all !== undefined) all.push((all.pop() ?? '') + text);
  });
  parser.on('closetag', () => void open.pop());
  parser.write(xml).close();
  return texts;
};

const atom = async (app: ReturnType<typeof begin>, path: string) => {
  const reply = await app
    .get(path)
    .buffer(true)
    .parse((response, callback) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        callback(null, Buffer.concat(chunks).toString('utf8'));
      });
    })
    .expect(200);
  expect(reply.headers['content-type']).to.equal('application/atom+xml; charset=utf-8');
  return textsOf(reply.body as string);
};

const comment = (day: number, text: string): PublicComment => ({
  ...{ commentId: newId(), text, writtenAt: at(day), editedAt: null },
});

describe('the feed of a MOC', () => {
  it('lists its versions and comments without a token, the newest first, and nothing of its draft', async () => {
    const shownMoc = moc(version(1, 'Crane', 'Yellow'), version(3, 'Harbour crane', 'Red'));
    const app = begin({ moc: shownMoc, comments: [comment(2, 'Lovely')] });
    const { title, content, updated, id } = await atom(app, `/mocs/${crane}/atom`);
    expect(title).to.deep.equal(['Harbour crane', 'Harbour crane, version 3', 'Comment', 'Crane, version 1']);
    expect(content).to.deep.equal(['Red', 'Lovely', 'Yellow']);
    expect(updated).to.deep.equal([at(3), at(3), at(2), at(1)]);
    expect(new Set(id).size).to.equal(4);
  });

  it('is a JSON feed with the same entries, whose comments name nobody', async () => {
    const app = begin({ comments: [comment(2, 'Lovely')] });
    const reply = await app.get(`/mocs/${crane}/json`).expect(200);
    expect(reply.headers['content-type']).to.equal('application/feed+json; charset=utf-8');
    const { feed_url, items } = jsonFeedReply.parse(reply.body);
    expect(feed_url).to.equal(`${API}/feeds/mocs/${crane}/json`);
    expect(items.map(({ content_text, authors, url }) => [content_text, authors, url.startsWith(API)])).to.deep.equal([
      ['Lovely', undefined, true],
      ['', [{ name: 'ada' }], true],
    ]);
  });

  it('shows markup, quotes and control characters of texts as text', async () => {
    const title = `</title><script>alert("1")</script>\u0007 & ]]>`;
    const app = begin({ moc: moc(version(1, title)), comments: [comment(2, '<b>\uFFFF</b>')] });
    const texts = await atom(app, `/mocs/${crane}/atom`);
    const shownTitle = title.replace('\u0007', '');
    expect(texts['title']).to.deep.equal([shownTitle, 'Comment', `${shownTitle}, version 1`]);
    expect(texts['content']).to.deep.equal(['<b></b>', '']);
    expect(texts).not.to.have.property('script');
  });

  it('has at most 50 entries, and at most 2,000 characters of each text', async () => {
    const versions = Array.from({ length: 28 }, (_, index) => version(index + 1, 'Crane', '🏗️'.repeat(5_000)));
    const comments = Array.from({ length: 28 }, (_, index) => comment(index + 1, 'Lovely'));
    const { content = [] } = await atom(begin({ moc: moc(...versions), comments }), `/mocs/${crane}/atom`);
    expect(content).to.have.length(50);
    expect(Math.max(...content.map((text) => Array.from(text).length))).to.equal(2_002);
  });

  it('answers 404 for a draft and for a MOC that is not there', async () => {
    for (const mocId of [draft, newId()]) await begin().get(`/mocs/${mocId}/atom`).expect(404);
  });

  for (const format of ['atom', 'json'])
    it(`answers 304 to whoever has its ${format} form as it is, and 200 after a change`, async () => {
      const path = `/mocs/${crane}/${format}`;
      const { headers } = await begin().get(path).expect(200);
      expect(headers['cache-control']).to.equal('public, max-age=300');
      const etag = String(headers['etag']);
      await begin().get(path).set('if-none-match', etag).expect(304);
      const commentedMoc = begin({ comments: [comment(2, 'Lovely')] });
      expect((await commentedMoc.get(path).set('if-none-match', etag).expect(200)).headers['etag']).not.to.equal(etag);
    });

  it('answers HEAD with the headers of the document and without it', async () => {
    const reply = await begin().head(`/mocs/${crane}/atom`).expect(200);
    expect(Number(reply.headers['content-length'])).to.be.greaterThan(300);
    expect(reply.body).to.deep.equal({});
  });
});

describe('the feed of a builder', () => {
  const mocPublishedOn = (day: number, title: string): PublishedMoc => ({
    ...{ mocId: newId() as MocId, title, description: 'Red', author: '', version: 2 },
    ...{ publishedAt: at(1), versionPublishedAt: at(day) },
  });

  it('lists published MOCs, each once, with the time of its last version', async () => {
    const app = begin({ published: [mocPublishedOn(3, 'Crane'), mocPublishedOn(2, 'Ship')] });
    const { title, updated, name } = await atom(app, '/builders/ada/atom');
    expect(title).to.deep.equal(['MOCs of ada', 'Crane', 'Ship']);
    expect(updated).to.deep.equal([at(3), at(3), at(2)]);
    expect(name).to.deep.equal(['ada', 'ada', 'ada']);
    const { items } = jsonFeedReply.parse((await app.get('/builders/ada/json').expect(200)).body);
    expect(items.map((item) => item.date_published)).to.deep.equal([at(1), at(1)]);
  });

  it('answers 404 for somebody without a published MOC', async () => {
    const reply = await begin().get('/builders/bob/json').expect(404);
    expect((reply.body as { type: string }).type).to.equal('urn:lego-moc:problem:builder-not-found');
  });
});
