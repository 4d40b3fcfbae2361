import { expect } from 'chai';
import request, { type Response } from 'supertest';
import { foldedStates } from '@lego-moc/application/folded-states';
import { newId } from '@lego-moc/application/new-id';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import { createApi } from '@lego-moc/http/api';
import { setCaller } from '@lego-moc/http/caller';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { silentLogger } from '@lego-moc/logger/logger';
import { createMetrics } from '@lego-moc/metrics/metrics';
import { changePartLinks } from '../../application/change-part-links.ts';
import { ownLinksDecider, type OwnLinksEvent } from '../../domain/own-links.ts';
import { inMemoryParsing } from '../../testing/in-memory-ports.ts';
import { readOwnCrossWalkCsv } from '../cross-walk-files/cross-walk-csv.ts';
import { PART_LINK_CONTRACTS } from './part-link-contracts.ts';
import { partLinkRoutes } from './part-link.route.ts';

const PATH = '/v1/part-links';
const TABLE = `scheme,number,scheme,number,provenance
bricklink,3001PB1,rebrickable,3001,My notes
rebrickable,unheard-of,ldraw,3001p01,
`;

type Link = Readonly<Record<'partLinkId' | 'scheme' | 'number' | 'part' | 'provenance', string>>;
type Page = { readonly partLinks: readonly Link[]; readonly nextCursor: string | null };

/** An API whose catalogue has part 3001. */
const begin = () => {
  const now = () => '2026-01-01T12:00:00.000Z' as Instant;
  const states = foldedStates(ownLinksDecider, inMemoryStreams<OwnLinksEvent>('partLinks', now));
  const changes = changePartLinks({ states, catalogue: inMemoryParsing().catalogue, read: readOwnCrossWalkCsv, now });
  const api = createApi({
    ...{ service: 'file-processing', logger: silentLogger, contracts: PART_LINK_CONTRACTS, checkReplies: true },
    metrics: createMetrics('file-processing', { processMetrics: false }),
    routes: [
      (incoming, _response, next) => {
        setCaller(incoming, { user: { id: (incoming.get('x-test-user') ?? 'ada') as UserId, roles: [] } });
        next();
      },
      partLinkRoutes({ states, changes }),
    ],
  });
  const importTable = async (csv: string, more: object = {}): Promise<Response> =>
    request(api)
      .post(PATH)
      .send({ csv, ...more });
  const page = async (query = ''): Promise<Page> =>
    (await request(api).get(`${PATH}${query}`).expect(200)).body as Page;
  return { api, importTable, page, changes };
};

describe('the HTTP API for own part links', () => {
  it('imports a table with and without provenance, and shows its rows by page', async () => {
    const { importTable, page } = begin();
    expect((await importTable(TABLE)).body).to.deep.equal({
      ...{ added: 2, replaced: 0, unchanged: 0, missing: 1, refused: { count: 0, first: [] } },
    });
    const first = await page('?limit=1');
    expect(
      first.partLinks.map(({ scheme, number, part, provenance }) => ({ scheme, number, part, provenance })),
    ).to.deep.equal([{ scheme: 'bricklink', number: '3001PB1', part: '3001', provenance: 'My notes' }]);
    const next = await page(`?limit=1&cursor=${encodeURIComponent(first.nextCursor ?? '')}`);
    expect([next.partLinks[0]?.provenance, next.nextCursor]).to.deep.equal(['user', null]);
    expect((await importTable('bricklink,x1,rebrickable,3001\n')).body).to.include({ added: 1 });
  });

  it('refuses rows with a fault and rows that contradict the table, with line and column, and replaces when told to', async () => {
    const { importTable } = begin();
    await importTable(TABLE);
    const other =
      'bricklink,3001pb1,rebrickable,3002\nbricklink,9.7E+03,rebrickable,3001\nbricklink,x2,rebrickable,3001\n';
    const body = (await importTable(other)).body as {
      refused: { first: { line: number; column: number; detail: string }[] };
    };
    expect(body).to.deep.include({ added: 1, replaced: 0, unchanged: 0, missing: 0 });
    const { refused } = body;
    expect(refused.first.map(({ line, column }) => [line, column])).to.deep.equal([
      [1, 4],
      [2, 2],
    ]);
    expect(refused.first[0]?.detail).to.match(/^Your table says 3001 \(My notes\)/);
    expect((await importTable(other, { replace: true })).body).to.include({ replaced: 1, unchanged: 1, missing: 1 });
  });

  it('answers 422 to a file without rows and 409 beyond 10,000 numbers', async () => {
    const { importTable } = begin();
    const empty = await importTable('scheme,number,scheme,number,provenance\n');
    expect([empty.status, (empty.body as { errors: object[] }).errors]).to.deep.equal([
      422,
      [{ pointer: '/csv', detail: 'The file has no rows.' }],
    ]);
    const rows = Array.from({ length: 10_001 }, (_, index) => `bricklink,n${index},rebrickable,3001\n`);
    expect((await importTable(rows.join(''))).status).to.equal(409);
  });

  it('changes a number by its ETag, deletes it, and clears the table', async () => {
    const { api, importTable, page } = begin();
    await importTable(TABLE);
    const path = `${PATH}/${(await page()).partLinks[0]?.partLinkId ?? ''}`;
    const etag = (await request(api).get(path).expect(200)).headers['etag'] ?? '';
    const change = () => request(api).patch(path).set('if-match', etag).send({ part: '3002' });
    expect((await change().expect(200)).body).to.include({ part: '3002', provenance: 'My notes' });
    await request(api).patch(path).set('if-match', etag).send({ part: '3003' }).expect(412);
    await request(api).patch(path).send({ part: 'two words' }).expect(400);
    for (const status of [204, 404]) await request(api).delete(path).expect(status);
    for (let time = 0; time < 2; time += 1) await request(api).delete(PATH).expect(204);
    expect(await page()).to.deep.equal({ partLinks: [], nextCursor: null });
  });

  it('neither shows nor changes the table of another user', async () => {
    const { api, importTable, page } = begin();
    await importTable(TABLE);
    const path = `${PATH}/${(await page()).partLinks[0]?.partLinkId ?? ''}`;
    const asBob = { 'x-test-user': 'bob' };
    await request(api).get(path).set(asBob).expect(404);
    await request(api).patch(path).set(asBob).send({ part: '3002' }).expect(404);
    await request(api).delete(path).set(asBob).expect(404);
    await request(api).delete(PATH).set(asBob).expect(204);
    expect((await page()).partLinks).to.have.length(2);
  });

  it('removes the table with the account, and takes no more', async () => {
    const { importTable, page, changes } = begin();
    await importTable(TABLE);
    const cause = () => ({ commandId: newId(), correlationId: newId(), actor: 'ada' });
    for (let time = 0; time < 2; time += 1) await changes.erase('ada' as UserId, cause());
    expect((await page()).partLinks).to.deep.equal([]);
    expect((await importTable(TABLE)).status).to.equal(410);
  });
});
