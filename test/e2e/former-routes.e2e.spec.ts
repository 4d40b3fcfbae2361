import { expect } from 'chai';
import { PLATFORM_WITHIN_MS, sharedPlatform, type TestPlatform } from './platform.ts';

const ID = '01a2036e-cac9-7813-a22e-bc2c8c5fb545';

/**
 * The routes of the monolith, and how the platform answers each: by a service, or by a problem that says why none does.
 */
const MONOLITH: readonly (readonly [string, RegExp])[] = [
  ['POST /api/mocs', /^400 invalid-request/],
  ['POST /api/mocs/with-files', /^4\d\d (?!route-not-found)/],
  ['GET /api/mocs/search?q=crane', /^200/],
  ['GET /api/mocs', /^200/],
  [`GET /api/mocs/${ID}`, /^404 moc-not-found/],
  [`PATCH /api/mocs/${ID}`, /^40[04] (moc-not-found|invalid-request)/],
  [`DELETE /api/mocs/${ID}`, /^404 moc-not-found/],
  [`POST /api/mocs/${ID}/files`, /^4\d\d (?!route-not-found)/],
  [`DELETE /api/mocs/${ID}/files/${ID}`, /^404 moc-not-found/],
  [`GET /api/mocs/${ID}/gallery-images`, /^404 moc-not-found/],
  [`POST /api/mocs/${ID}/gallery-images`, /^400 invalid-request/],
  [`DELETE /api/mocs/${ID}/gallery-images/${ID}`, /^404 moc-not-found/],
  [`GET /api/moc-instructions/${ID}/parts-lists`, /^404 moc-not-found/],
  [`POST /api/moc-instructions/${ID}/parts-lists`, /^4\d\d (?!route-not-found)/],
  [`PUT /api/moc-instructions/${ID}/parts-lists/${ID}`, /^4\d\d (?!route-not-found)/],
  [`DELETE /api/moc-instructions/${ID}/parts-lists/${ID}`, /^404 moc-not-found/],
  [`PATCH /api/moc-instructions/${ID}/parts-lists/${ID}/status`, /^404 moc-not-found/],
  ['GET /api/user/parts-lists/summary', /^200/],
  ['POST /api/images', /^415 multipart-expected/],
  ['GET /api/images', /^200/],
  [`PATCH /api/images/${ID}`, /^404 image-not-found/],
  [`DELETE /api/images/${ID}`, /^404 image-not-found/],
  ['GET /api/albums', /^200/],
  [`GET /api/albums/${ID}`, /^404 album-not-found/],
  [`POST /api/albums/${ID}`, /^405 method-not-allowed .*PATCH/],
  [`PATCH /api/albums/${ID}`, /^404 album-not-found/],
  [`DELETE /api/albums/${ID}`, /^404 album-not-found/],
  ['GET /api/gallery', /^200/],
  ['POST /api/flag', /^400 invalid-request/],
  ['GET /api/wishlist?category=Space', /^200/],
  ['GET /api/wishlist/search?q=crane', /^400 invalid-request/],
  ['POST /api/wishlist', /^400 invalid-request/],
  [`PATCH /api/wishlist/${ID}`, /^40[04] /],
  [`PUT /api/wishlist/${ID}`, /^405 method-not-allowed .*PATCH/],
  [`DELETE /api/wishlist/${ID}`, /^(204|404 item-not-found)/],
  ['PUT /api/wishlist/reorder', /^405 method-not-allowed/],
  ['POST /api/wishlist/reorder', /^405 method-not-allowed/],
  ['POST /api/wishlist/reorder/debounced', /^400 invalid-request/],
  ['GET /api/wishlist/reorder/status', /^200/],
  ['POST /api/wishlist/reorder/cancel', /^(200|400)/],
  ['POST /api/wishlist/upload-image', /^405 method-not-allowed/],
  ['DELETE /api/wishlist/image', /^400 invalid-request/],
  [`GET /api/users/${ID}`, /^40[34] (?!route-not-found)/],
  [`PATCH /api/users/${ID}`, /^4\d\d (?!route-not-found)/],
  [`POST /api/users/${ID}`, /^405 method-not-allowed .*PATCH/],
  [`POST /api/users/${ID}/avatar`, /^405 method-not-allowed .*PUT/],
  [`DELETE /api/users/${ID}/avatar`, /^40[34] (?!route-not-found)/],
];

describe('requesting a route of the monolith', function () {
  this.timeout(PLATFORM_WITHIN_MS);
  let platform: TestPlatform;
  let authorization: string;
  before(async () => {
    platform = await sharedPlatform();
    authorization = `Bearer ${await platform.token('former')}`;
  });

  const ask = async (line: string): Promise<Response> => {
    const [method = '', path = ''] = line.split(' ');
    const writes = method === 'POST' || method === 'PATCH' || method === 'PUT';
    return fetch(platform.url + path, {
      method,
      headers: { authorization, ...(writes ? { 'content-type': 'application/json' } : {}) },
      ...(writes ? { body: '{}' } : {}),
    });
  };

  for (const [line, expected] of MONOLITH)
    it(`answers ${line}`, async () => {
      const reply = await ask(line);
      const { type = '' } = (await reply.json().catch(() => ({}))) as { type?: string };
      const answer = `${String(reply.status)} ${type.split(':').at(-1) ?? ''} ${reply.headers.get('allow') ?? ''}`;
      expect(answer).to.match(expected);
    });

  it('marks a moved route as deprecated and links to its successor', async () => {
    const search = await ask('GET /api/mocs/search?q=crane');
    expect(search.headers.get('deprecation')).to.match(/^@\d+$/);
    expect(search.headers.get('link')).to.equal('</api/search>; rel="successor-version"');
    const lists = await ask(`GET /api/moc-instructions/${ID}/parts-lists`);
    expect(lists.headers.get('link')).to.equal('</api/mocs>; rel="successor-version"');
  });
});
