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
import { changeCustomParts } from '../../application/change-custom-parts.ts';
import { ownPartsIn } from '../../application/own-parts.ts';
import { customPartsDecider, type CustomPartsEvent } from '../../domain/custom-parts.ts';
import { ownLinksDecider, type OwnLinksEvent } from '../../domain/own-links.ts';
import { inMemoryParsing } from '../../testing/in-memory-ports.ts';
import { CUSTOM_PART_CONTRACTS } from './custom-part-contracts.ts';
import { customPartRoutes } from './custom-part.route.ts';

const PATH = '/v1/custom-parts';
const noLinks = foldedStates(ownLinksDecider, inMemoryStreams<OwnLinksEvent>('partLinks'));
const LAMP = { number: 'Lamp-1', name: 'A lamp of brass', colourIds: [4], relatedPart: '3001' };

/** An API whose catalogue has part 3001 and the colours 0 and 4. */
const begin = () => {
  const now = () => '2026-01-01T12:00:00.000Z' as Instant;
  const states = foldedStates(customPartsDecider, inMemoryStreams<CustomPartsEvent>('customParts', now));
  const changes = changeCustomParts({ states, catalogue: inMemoryParsing().catalogue, now });
  const api = createApi({
    ...{ service: 'file-processing', logger: silentLogger, contracts: CUSTOM_PART_CONTRACTS, checkReplies: true },
    metrics: createMetrics('file-processing', { processMetrics: false }),
    routes: [
      (incoming, _response, next) => {
        setCaller(incoming, { user: { id: (incoming.get('x-test-user') ?? 'ada') as UserId, roles: [] } });
        next();
      },
      customPartRoutes({ states, changes }),
    ],
  });
  const add = (part: object = LAMP): Promise<Response> =>
    request(api)
      .post(PATH)
      .send(part)
      .then((reply) => reply);
  const numbersAt = async (query: string): Promise<{ numbers: string[]; nextCursor: string | null }> => {
    const { text } = await request(api).get(`${PATH}?${query}`);
    const page = JSON.parse(text) as { customParts: { number: string }[]; nextCursor: string | null };
    return { numbers: page.customParts.map(({ number }) => number), nextCursor: page.nextCursor };
  };
  return { api, add, numbersAt, changes, ownPartsOf: ownPartsIn(states, noLinks) };
};

describe('the HTTP API for custom parts', () => {
  it('adds a part, shows it with an ETag, changes it by that, and refuses an older one', async () => {
    const { api, add } = begin();
    const reply = await add();
    expect(reply.status).to.equal(201);
    const path = reply.headers['location'] ?? '';
    expect(reply.body).to.deep.equal({
      customPartId: path.slice(PATH.length + 1),
      ...LAMP,
      addedAt: '2026-01-01T12:00:00.000Z',
    });
    const etag = (await request(api).get(path).expect(200)).headers['etag'] ?? '';
    const change = () => request(api).patch(path).set('if-match', etag).send({ name: 'A lantern', relatedPart: null });
    expect((await change().expect(200)).body).to.include({ number: 'Lamp-1', name: 'A lantern', relatedPart: null });
    await request(api).patch(path).set('if-match', etag).send({ name: 'A torch' }).expect(412);
    await request(api).delete(path).set('if-match', etag).expect(412);
  });

  it('lists them in the order of their numbers, page by page', async () => {
    const { add, numbersAt } = begin();
    for (const number of ['b', 'A', 'c']) await add({ ...LAMP, number });
    const first = await numbersAt('limit=2');
    expect(first.numbers).to.deep.equal(['A', 'b']);
    expect(await numbersAt(`limit=2&cursor=${first.nextCursor ?? ''}`)).to.deep.equal({
      numbers: ['c'],
      nextCursor: null,
    });
  });

  it('refuses a number that is taken or the catalogue’s, and colours and parts that the catalogue does not have', async () => {
    const { add } = begin();
    await add();
    const refusals = await Promise.all(
      [
        LAMP,
        { ...LAMP, number: '3001' },
        { ...LAMP, number: 'x', colourIds: [77] },
        { ...LAMP, number: 'x', relatedPart: 'no-part' },
        { ...LAMP, number: 'ß' },
        { ...LAMP, number: 'x', colourIds: [4, 4] },
      ].map(async (part) => {
        const reply = await add(part);
        const { type, errors } = reply.body as { type: string; errors?: { pointer: string }[] };
        return [reply.status, type.split(':').at(-1), errors?.[0]?.pointer];
      }),
    );
    expect(refusals.slice(0, 4)).to.deep.equal([
      [409, 'number-taken', '/number'],
      [409, 'number-in-catalogue', '/number'],
      [422, 'colour-unknown', '/colourIds'],
      [422, 'related-part-unknown', '/relatedPart'],
    ]);
    expect(refusals.slice(4).map(([status]) => status)).to.deep.equal([400, 400]);
  });

  it('deletes a part, and answers 404 from then on', async () => {
    const { api, add, ownPartsOf } = begin();
    const path = (await add()).headers['location'] ?? '';
    expect([...(await ownPartsOf('ada' as UserId)).parts.keys()]).to.deep.equal(['lamp-1']);
    for (const status of [204, 404]) await request(api).delete(path).expect(status);
    await request(api).get(path).expect(404);
    expect(await ownPartsOf('ada' as UserId)).to.deep.equal({
      ...{ changes: 2, parts: new Map(), links: new Map() },
    });
  });

  it('neither shows nor changes the parts of another user', async () => {
    const { api, add } = begin();
    const path = (await add()).headers['location'] ?? '';
    const asBob = { 'x-test-user': 'bob' };
    await request(api).get(path).set(asBob).expect(404);
    await request(api).patch(path).set(asBob).send({ name: 'Mine' }).expect(404);
    await request(api).delete(path).set(asBob).expect(404);
    expect((await request(api).get(PATH).set(asBob)).body).to.deep.equal({ customParts: [], nextCursor: null });
  });

  it('removes all of them with the account, and takes no more', async () => {
    const { add, numbersAt, changes } = begin();
    await add();
    for (let time = 0; time < 2; time += 1)
      await changes.erase('ada' as UserId, { commandId: newId(), correlationId: newId(), actor: 'ada' });
    expect(await numbersAt('')).to.deep.equal({ numbers: [], nextCursor: null });
    expect((await add()).status).to.equal(410);
  });
});
