import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import { mocReply } from '@lego-moc/moc-management/contracts/http-api';
import { stillImages } from '@lego-moc/testing/sample-images';
import { imageRequest, json, requestsAs, problemCode, type SendRequest } from './requests.ts';
import { PLATFORM_WITHIN_MS, sharedPlatform, type TestPlatform } from './platform.ts';

type Repeatable = {
  readonly request: () => RequestInit;
  /** The same request with another body; without one, the other request has another path. */
  readonly other?: () => RequestInit;
};

const withBody = (method: string, body: object, other: object): Repeatable => ({
  request: () => json(method, body),
  other: () => json(method, other),
});

const replacement = (rows: string) => (): RequestInit => {
  const body = new FormData();
  body.set('partsLists', partsList(rows), 'parts.csv');
  return { method: 'PUT', body };
};

const bare = (method: string): Repeatable => ({ request: () => ({ method }) });

const partsList = (rows: string): Blob => new Blob([`Part,Color,Quantity\n${rows}\n`], { type: 'text/csv' });

const ledger = (line: string): RequestInit => ({
  ...{ method: 'POST', headers: { 'content-type': 'text/csv' }, body: `date,kind,part,quantity\n${line}\n` },
});

const form = (title: string, rows: string): FormData => {
  const body = new FormData();
  body.set('title', title);
  body.set('partsLists', partsList(rows), 'parts.csv');
  return body;
};

const upload = (): Repeatable => {
  const title = `Repeated ${newId()}`;
  return {
    request: () => ({ method: 'POST', body: form(title, '3001,4,2') }),
    other: () => ({ method: 'POST', body: form(`Another ${title}`, '3002,4,3') }),
  };
};

const IMAGE: Repeatable = {
  request: () => imageRequest(stillImages.PNG),
  other: () => imageRequest(stillImages.JPEG, 'image/jpeg'),
};

const images = (field: string): Repeatable => {
  const of = (bytes: Uint8Array): FormData => {
    const body = new FormData();
    body.set(field, new Blob([new Uint8Array(bytes)]), 'crane.png');
    return body;
  };
  return {
    request: () => ({ method: 'POST', body: of(stillImages.PNG) }),
    other: () => ({ method: 'POST', body: of(stillImages.JPEG) }),
  };
};

const DIRECT = { name: 'crane.csv', size: 30, purpose: 'parts-list' };
const PRICES = 'item,color,new_or_used,qty_avg_price,currency_code\n3001,5,N,0.25,EUR\n';
const KEY = { consumerKey: 'a', consumerSecret: 'b', token: 'c', tokenSecret: 'd' };

const PIECES = [{ number: '3001', colour: '4', quantity: 2 }];
const CASTLE = { source: { kind: 'set', id: '6080-1' }, title: 'Castle', lots: PIECES };
const PURCHASE = { date: '2026-01-01', shop: 'Bricks', price: { amount: 1, currency: 'EUR' } };

const WEBHOOK = { url: 'https://example.com/hooks', subject: { kind: 'own-mocs' }, events: ['moc.liked'] };

const DECISION = { decision: 'dismiss', rule: 'any', reason: 'Fine' };

/** Each mutating route of the public document, with the kind of its body where it takes two. Routes below a MOC are sent to one that the test has created. */
const REPEATABLE: Readonly<Record<string, Repeatable>> = {
  'POST /api/mocs': withBody('POST', { title: `Begun ${newId()}` }, { title: 'Another one' }),
  'POST /api/mocs/with-files': upload(),
  'POST /api/mocs/{mocId}/files': upload(),
  'POST /api/mocs/{mocId}/parts-lists': upload(),
  'PATCH /api/mocs/{mocId}': withBody('PATCH', { title: `Revised ${newId()}` }, { title: 'Another one' }),
  'PUT /api/mocs/{mocId}/publication': bare('PUT'),
  'POST /api/mocs/{mocId}/versions/{version}/revert': bare('POST'),
  'PUT /api/mocs/{mocId}/instructions/order': withBody('PUT', { order: [] }, { order: [newId()] }),
  'PUT /api/mocs/{mocId}/successor': withBody('PUT', { mocId: newId() }, { mocId: newId() }),
  'DELETE /api/mocs/{mocId}/successor': bare('DELETE'),
  'PUT /api/mocs/{mocId}/cover': withBody('PUT', { imageId: newId() }, { imageId: newId() }),
  'DELETE /api/mocs/{mocId}/cover': bare('DELETE'),
  'PUT /api/mocs/{mocId}/last-seen': withBody('PUT', { version: 1 }, { version: 2 }),
  'DELETE /api/mocs/{mocId}': bare('DELETE'),
  'PUT /api/mocs/{mocId}/like': bare('PUT'),
  'DELETE /api/mocs/{mocId}/like': bare('DELETE'),
  'PUT /api/mocs/{mocId}/bookmark': bare('PUT'),
  'DELETE /api/mocs/{mocId}/bookmark': bare('DELETE'),
  'PUT /api/builders/{builderId}/follow': bare('PUT'),
  'DELETE /api/builders/{builderId}/follow': bare('DELETE'),
  'POST /api/mocs/{mocId}/comments': withBody('POST', { text: 'Lovely' }, { text: 'A lovely boom' }),
  'PATCH /api/mocs/{mocId}/comments/{commentId}': withBody('PATCH', { text: 'Lovely' }, { text: 'A lovely boom' }),
  'DELETE /api/mocs/{mocId}/comments/{commentId}': bare('DELETE'),
  'POST /api/mocs/{mocId}/comments/{commentId}/flags': withBody('POST', { reason: 'spam' }, { reason: 'other' }),
  'POST /api/mocs/{mocId}/comments/{commentId}/appeal': withBody('POST', { words: 'Mine' }, { words: 'My own' }),
  'PUT /api/moderation/comments/{commentId}/claim': bare('PUT'),
  'PUT /api/moderation/comments/{commentId}/decision': withBody('PUT', DECISION, { ...DECISION, decision: 'hide' }),
  'PUT /api/moderation/comments/{commentId}/reversal': withBody('PUT', { reason: 'Fine' }, { reason: 'Good' }),
  'POST /api/mocs/{mocId}/gallery-images': withBody('POST', { imageId: newId() }, { imageId: newId() }),
  'DELETE /api/mocs/{mocId}/gallery-images/{imageId}': bare('DELETE'),
  'POST /api/mocs/{mocId}/gallery-albums': withBody('POST', { albumId: newId() }, { albumId: newId() }),
  'DELETE /api/mocs/{mocId}/gallery-albums/{albumId}': bare('DELETE'),
  'DELETE /api/mocs/{mocId}/files/{fileId}': bare('DELETE'),
  'PUT /api/mocs/{mocId}/parts-lists/{partsListId}': withBody('PUT', { title: 'Wheels' }, { title: 'Walls' }),
  'PUT /api/mocs/{mocId}/parts-lists/{partsListId} (form)': {
    request: replacement('3001,4,3'),
    other: replacement('3001,4,4'),
  },
  'DELETE /api/mocs/{mocId}/parts-lists/{partsListId}': bare('DELETE'),
  'PATCH /api/mocs/{mocId}/parts-lists/{partsListId}/status': withBody('PATCH', { built: true }, { built: false }),
  'POST /api/webhooks': withBody('POST', WEBHOOK, { ...WEBHOOK, url: 'https://example.com/other' }),
  'PATCH /api/webhooks/{webhookId}': withBody('PATCH', { status: 'active' }, { status: 'disabled' }),
  'DELETE /api/webhooks/{webhookId}': bare('DELETE'),
  'POST /api/webhooks/{webhookId}/test': bare('POST'),
  'POST /api/webhooks/{webhookId}/replay': withBody('POST', { from: newId() }, { from: newId() }),
  'PATCH /api/users/me/preferences': withBody('PATCH', { language: 'en' }, { language: 'de' }),
  'PATCH /api/users/{userId}': withBody('PATCH', { bio: 'Builds' }, { bio: 'Collects' }),
  'DELETE /api/users/{userId}': bare('DELETE'),
  'PUT /api/users/{userId}/avatar': IMAGE,
  'DELETE /api/users/{userId}/avatar': bare('DELETE'),
  'POST /api/wishlist': withBody('POST', { title: 'Crane' }, { title: 'Ship' }),
  'PATCH /api/wishlist/{itemId}': withBody('PATCH', { title: 'Crane' }, { title: 'Ship' }),
  'DELETE /api/wishlist/{itemId}': bare('DELETE'),
  'PUT /api/wishlist/order': withBody('PUT', { order: [] }, { order: [newId()] }),
  'POST /api/wishlist/reorder/debounced': withBody('POST', { order: [] }, { order: [newId()] }),
  'POST /api/wishlist/reorder/cancel': withBody('POST', {}, { requestId: newId() }),
  'PUT /api/wishlist/{itemId}/image': IMAGE,
  'DELETE /api/wishlist/{itemId}/image': bare('DELETE'),
  'POST /api/inventory/items': withBody('POST', CASTLE, { ...CASTLE, title: 'Ship' }),
  'PATCH /api/inventory/items/{inventoryItemId}': withBody('PATCH', { built: true }, { built: false }),
  'DELETE /api/inventory/items/{inventoryItemId}': bare('DELETE'),
  'POST /api/inventory/items/{inventoryItemId}/entries': withBody(
    'POST',
    { lots: PIECES },
    { lots: [...PIECES, ...PIECES] },
  ),
  'PUT /api/inventory/items/{inventoryItemId}/sections': withBody(
    'PUT',
    { sections: [] },
    { sections: [{ kind: 'bag', name: '1', lots: PIECES }] },
  ),
  'POST /api/inventory/items/{inventoryItemId}/purchases': withBody('POST', PURCHASE, { ...PURCHASE, shop: 'Other' }),
  'DELETE /api/inventory/items/{inventoryItemId}/purchases/{purchaseId}': bare('DELETE'),
  'POST /api/inventory/items/{inventoryItemId}/order-imports': withBody('POST', { jobId: newId() }, { jobId: newId() }),
  'POST /api/inventory/stock/entries': withBody('POST', { lots: PIECES }, { lots: [...PIECES, ...PIECES] }),
  'POST /api/inventory/stock/corrections': withBody(
    'POST',
    { lots: PIECES },
    { lots: [{ number: '3002', quantity: 1 }] },
  ),
  'POST /api/inventory/stock/moves': withBody(
    'POST',
    { from: 'Bin 7', to: null, lots: PIECES },
    { from: null, to: 'Bin 7', lots: PIECES },
  ),
  'POST /api/inventory/stock/set-openings': withBody('POST', { number: '6080-1' }, { number: '6081-1' }),
  'DELETE /api/inventory/stock/holdings/{holdingId}/entries/{entryId}': bare('DELETE'),
  'POST /api/inventory/builds': withBody('POST', { title: 'Castle' }, { title: 'Ship' }),
  'POST /api/inventory/builds/{buildId}/operations': withBody(
    'POST',
    { operations: [{ operationId: newId(), undoes: newId() }] },
    { operations: [{ operationId: newId(), undoes: newId() }] },
  ),
  'POST /api/inventory/builds/{buildId}/disassembly': withBody('POST', { location: 'Bin 7' }, { location: 'Shelf' }),
  'POST /api/inventory/builds/{buildId}/invitations': withBody('POST', { role: 'viewer' }, { role: 'builder' }),
  'PUT /api/inventory/builds/{buildId}/membership': withBody('PUT', { code: 'a' }, { code: 'b' }),
  'DELETE /api/inventory/builds/{buildId}/members/{memberId}': bare('DELETE'),
  'POST /api/buildability': withBody('POST', { mocs: [{ mocId: newId() }] }, { mocs: [{ mocId: newId() }] }),
  'POST /api/inventory/advice': withBody('POST', { mocs: [{ mocId: newId() }] }, { mocs: [{ mocId: newId() }] }),
  'POST /api/inventory/imports': withBody('POST', { jobId: newId() }, { jobId: newId() }),
  'DELETE /api/inventory/imports/{importId}': bare('DELETE'),
  'POST /api/inventory/ledger-imports': {
    request: () => ledger('2026-01-01,in,3001,2'),
    other: () => ledger('2026-01-01,in,3001,3'),
  },
  'DELETE /api/inventory/ledger-imports/{ledgerImportId}': bare('DELETE'),
  'POST /api/shopping-lists': withBody('POST', { mocs: [{ mocId: newId() }] }, { mocs: [{ mocId: newId() }] }),
  'POST /api/shopping-lists/export': withBody(
    'POST',
    { mocs: [{ mocId: newId() }], target: 'csv' },
    { mocs: [{ mocId: newId() }], target: 'csv' },
  ),
  'PUT /api/gallery/settings': withBody('PUT', { watermark: true }, { watermark: false }),
  'POST /api/images': images('image'),
  'PATCH /api/images/{imageId}': withBody('PATCH', { title: 'Crane' }, { title: 'Ship' }),
  'DELETE /api/images/{imageId}': bare('DELETE'),
  'POST /api/images/{imageId}/flags': withBody('POST', { reason: 'spam' }, { reason: 'offensive' }),
  'POST /api/images/{imageId}/appeal': withBody('POST', { words: 'Mine' }, { words: 'My own' }),
  'POST /api/flags': withBody('POST', { imageId: newId() }, { imageId: newId() }),
  'PUT /api/moderation/images/{imageId}/claim': bare('PUT'),
  'PUT /api/moderation/images/{imageId}/decision': withBody('PUT', DECISION, { ...DECISION, decision: 'hide' }),
  'PUT /api/moderation/images/{imageId}/reversal': withBody('PUT', { reason: 'Fine' }, { reason: 'Good' }),
  'POST /api/albums': withBody('POST', { title: 'Cranes' }, { title: 'Ships' }),
  'PATCH /api/albums/{albumId}': withBody('PATCH', { title: 'Cranes' }, { title: 'Ships' }),
  'DELETE /api/albums/{albumId}': bare('DELETE'),
  'POST /api/albums/{albumId}/images': withBody('POST', { imageIds: [newId()] }, { imageIds: [newId()] }),
  'DELETE /api/albums/{albumId}/images/{imageId}': bare('DELETE'),
  'PUT /api/albums/{albumId}/order': withBody('PUT', { order: [] }, { order: [newId()] }),
  'POST /api/storage/uploads': withBody('POST', DIRECT, { ...DIRECT, size: 31 }),
  'POST /api/prices': withBody('POST', { csv: PRICES }, { csv: PRICES.replace('0.25', '0.26') }),
  'PUT /api/prices/sources/bricklink': withBody('PUT', KEY, { ...KEY, token: 'e' }),
  'DELETE /api/prices/sources/bricklink': { request: () => ({ method: 'DELETE' }), other: () => json('DELETE', {}) },
  'POST /api/jobs/{jobId}/price-refreshes': withBody('POST', { currency: 'EUR' }, { currency: 'USD' }),
  'POST /api/jobs/{jobId}/cancellation': bare('POST'),
  'POST /api/jobs/{jobId}/opened-sets': bare('POST'),
  'DELETE /api/file-kinds/{kind}': bare('DELETE'),
  'POST /api/custom-parts': withBody(
    'POST',
    { number: 'Lamp-1', name: 'A lamp' },
    { number: 'Lamp-2', name: 'A lamp' },
  ),
  'PATCH /api/custom-parts/{customPartId}': withBody('PATCH', { name: 'A lamp' }, { name: 'A lantern' }),
  'DELETE /api/custom-parts/{customPartId}': bare('DELETE'),
  'POST /api/part-links': withBody(
    'POST',
    { csv: 'bricklink,lamp-1,rebrickable,3001\n' },
    { csv: 'bricklink,lamp-1,rebrickable,3002\n' },
  ),
  'PATCH /api/part-links/{partLinkId}': withBody('PATCH', { part: '3001' }, { part: '3002' }),
  'DELETE /api/part-links/{partLinkId}': bare('DELETE'),
  'DELETE /api/part-links': { request: () => ({ method: 'DELETE' }), other: () => json('DELETE', {}) },
  'POST /api/jobs/{jobId}/decision': withBody('POST', { colourScheme: 'rebrickable' }, { colourScheme: 'bricklink' }),
};

/**
 * Operations under `/ops` change no data. The webhook is signed by the Auth Service, which repeats it under the same
 * `webhook-id` instead of an Idempotency-Key. A bulk upload answers 200, with an outcome for each file. An upload to the
 * object store is completed and given up once, whatever the keys, and its form puts the same bytes under one key. A click
 * on a search result is counted once, whatever the keys. A new secret of a webhook is not kept for repetitions: under its
 * key the same webhook gets the same one.
 */
const REPEATED_OTHERWISE = [
  'POST /api/identity-events',
  'POST /api/images/bulk',
  'POST /api/files',
  'POST /api/storage/uploads/{uploadId}/complete',
  'DELETE /api/storage/uploads/{uploadId}',
  'POST /api/search/clicks',
  'POST /api/webhooks/{webhookId}/secret-rotations',
];

type Document = { readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>> };

/** Parts lists are counted meanwhile, and a repeated upload shows where they stand: of them only the identity counts. */
const comparableBody = async (reply: Response): Promise<unknown> => {
  const text = await reply.text();
  if (text === '') return undefined;
  if (text.includes('"partsListId"')) return text.match(/"(?:mocId|partsListId|title)":"[^"]+"/g);
  const rest = JSON.parse(text) as Record<string, unknown>;
  delete rest['correlationId'];
  return rest;
};

const withIds = (template: string, ids: Readonly<Record<string, string>>): string =>
  template.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? name);

describe('repeating a request under its Idempotency-Key', function () {
  this.timeout(PLATFORM_WITHIN_MS);
  let platform: TestPlatform;
  let ids: Readonly<Record<string, string>>;

  const newUser = (): SendRequest => requestsAs(platform, `repeater-${newId()}`);
  const withKey = (init: RequestInit, key: string): RequestInit => ({
    ...init,
    headers: { ...Object.fromEntries(new Headers(init.headers)), 'idempotency-key': key },
  });

  before(async () => {
    platform = await sharedPlatform();
    ids = {
      kind: newId(),
      imageId: newId(),
      albumId: newId(),
      commentId: newId(),
      fileId: newId(),
      partsListId: newId(),
      itemId: newId(),
      jobId: newId(),
      customPartId: newId(),
      partLinkId: newId(),
      inventoryItemId: newId(),
      purchaseId: newId(),
      holdingId: newId(),
      importId: newId(),
      ledgerImportId: newId(),
      buildId: newId(),
      memberId: newId(),
      entryId: newId(),
      userId: 'me',
      builderId: 'somebody',
      version: 'draft',
      webhookId: newId(),
    };
  });

  const newMoc = async (send: SendRequest): Promise<string> => {
    const reply = await send('/api/mocs', json('POST', { title: `Crane ${newId()}` }));
    return ((await reply.json()) as { mocId: string }).mocId;
  };

  /** The ids of a MOC of the user's own, and of its parts list where the route has one. */
  const mocIds = async (send: SendRequest, template: string): Promise<Readonly<Record<string, string>>> => {
    if (!template.includes('{partsListId}')) return { mocId: await newMoc(send) };
    const reply = await send('/api/mocs/with-files', { method: 'POST', body: form(`Crane ${newId()}`, '3001,4,2') });
    const { mocId, partsLists } = mocReply.parse(await reply.json());
    return { mocId, partsListId: partsLists[0]!.partsListId };
  };

  it('covers every mutating route of the public document', async () => {
    const document = (await (await fetch(`${platform.url}/docs/openapi.json`)).json()) as Document;
    const mutating = Object.entries(document.paths).flatMap(([path, item]) =>
      ['post', 'put', 'patch', 'delete']
        .filter((method) => path.startsWith('/api/') && method in item)
        .map(
          (method) =>
            `${method.toUpperCase()} ${path
              .replace(/\/api\/(mocs|moc-instructions)\/search/, '/api/search')
              .replace('/api/moc-instructions', '/api/mocs')
              .replace(/\/flag$/, '/flags')}`,
        ),
    );
    expect([...Object.keys(REPEATABLE), ...REPEATED_OTHERWISE]).to.include.members(mutating);
  });

  for (const [route, { request, other }] of Object.entries(REPEATABLE))
    it(`replays the first answer, and refuses another request under the key, at ${route}`, async () => {
      const send = newUser();
      const [, template = ''] = route.split(' ');
      const allIds = { ...ids, ...(await mocIds(send, template)) };
      const path = withIds(template, allIds);
      const key = newId();

      const first = await send(path, withKey(request(), key));
      const again = await send(path, withKey(request(), key));
      expect(first.status, await first.clone().text())
        .to.be.below(500)
        .and.not.equal(400);
      expect([again.status, await comparableBody(again)]).to.deep.equal([first.status, await comparableBody(first)]);

      // The answers kept for a user are erased with the user.
      if (route === 'DELETE /api/users/{userId}') return;
      const others =
        other === undefined
          ? await send(withIds(template.replace(/\{\w+\}(?!.*\{)/, newId()), allIds), withKey(request(), key))
          : await send(path, withKey(other(), key));
      expect([others.status, await problemCode(others)]).to.deep.equal([422, 'idempotency-key-reused']);
    });

  it('does not undo a change in between: key K, another key, K again', async () => {
    const send = newUser();
    const mocId = await newMoc(send);
    const [first, second] = [newId(), newId()];
    const retitle = (title: string, key: string) => send(`/api/mocs/${mocId}`, withKey(json('PATCH', { title }), key));
    const [zb, zc] = [`Zb ${mocId}`, `Zc ${mocId}`];

    expect((await retitle(zb, first)).status).to.equal(204);
    expect((await retitle(zc, second)).status).to.equal(204);
    const again = await retitle(zb, first);
    expect([again.status, again.headers.get('idempotent-replayed')]).to.deep.equal([204, 'true']);
    const revision = again.headers.get('etag')?.replaceAll('"', '') ?? '0';

    const moc = await send(`/api/mocs/${mocId}?atLeastRevision=${revision}`);
    const history = await send(`/api/mocs/${mocId}/history`);
    const { events } = (await history.json()) as { events: readonly { type: string; data: { title?: string } }[] };
    expect(events.filter(({ data }) => data.title === zb).length).to.be.below(2);
    expect(moc.status).to.equal(200);
    expect(((await moc.json()) as { title: string }).title).to.equal(zc);
  });
});
