import { expect } from 'chai';
import { ID, MONOLITH_ROUTES } from './monolith-routes.ts';
import { PLATFORM_WITHIN_MS, sharedPlatform, type TestPlatform } from './platform.ts';

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

  for (const [line, expected] of MONOLITH_ROUTES)
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
