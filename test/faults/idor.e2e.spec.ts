import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { pollUntil } from '@lego-moc/application/poll-until';
import { devUserId } from '@lego-moc/embedded-identity/issue-token';
import { derivedId } from '@lego-moc/kernel/ids';
import { importReply } from '@lego-moc/inventory/contracts/imports-api';
import { ledgerImportReply } from '@lego-moc/inventory/contracts/ledger-api';
import { entriesReply, holdingReply } from '@lego-moc/inventory/contracts/stock-api';
import { partLinksReply } from '@lego-moc/file-processing/contracts/part-link-api';
import { awaitCounts, uploadMoc } from '@lego-moc/local/demo-steps';
import { commentReply } from '@lego-moc/moc-management/contracts/comments-api';
import { newWebhookReply } from '@lego-moc/moc-management/contracts/webhooks-api';
import { itemReply } from '@lego-moc/wishlist/contracts/http-api';
import { wishlistId } from '@lego-moc/wishlist/contracts/wishlist-id';
import { PLATFORM_WITHIN_MS, sharedPlatform, type TestPlatform } from '../e2e/platform.ts';
import { allOperations, nameOf, requestFor, type Operation, type Way } from './operations.ts';

const samples = join(import.meta.dirname, '../../infra/local/samples');
const photo = join(samples, 'harbour-crane.png');
const files = {
  instructions: join(samples, 'harbour-crane-instructions.pdf'),
  photo,
  partsLists: [join(samples, 'harbour-crane-parts.xml')],
};

const OWNER = 'idor-owner';
const UPLOAD_KEY = 'idor-upload';
const SECRET = 'Quillon';
/** Operations on a resource with an owner. */
const SECRETS = new RegExp(`${SECRET}|${OWNER}@|harbour-crane-instructions`);

/** Operations on resources without an owner, or public ones. */
const PUBLIC_OPERATIONS = new Set([
  'file-processing: GET /v1/catalogue/elements/{elementId}',
  'file-processing: GET /v1/catalogue/parts/{partNumber}',
  'file-processing: GET /v1/catalogue/sets/{setNumber}',
  'file-processing: GET /v1/catalogue/sets/{setNumber}/parts',
  'profile: GET /v1/users/{userId}/public',
  'profile: GET /v1/users/{userId}/avatar',
]);

/** For users whose request a service, or the gateway in place of the monolith, passes on: no public route leads there. */
const isInternal = (operation: Operation): boolean =>
  operation.path.startsWith('/legacy/') || nameOf(operation) === 'file-processing: POST /v1/process-file';

/** A draft has no newer version: nothing is to be bought for one. */
const NOTHING_THERE = 'moc-management: GET /v1/mocs/{mocId}/versions/{version}/rebuy/export';

type Answer = { readonly status: number; readonly text: string };
type Headers = Readonly<Record<string, string>>;

/** Puts pieces into a place, and the lots of a job into another one; begins a build, and adds a custom part. */
const stockUp = async (
  answerOf: (path: string, init: RequestInit) => Promise<Record<string, unknown>>,
  headers: Readonly<Record<string, string>>,
  jobId: string,
) => {
  const body = JSON.stringify({ location: SECRET, lots: [{ number: '3001', colour: '4', quantity: 2 }] });
  const stock = '/api/inventory/stock';
  const { holdingId } = holdingReply.parse(await answerOf(`${stock}/entries`, { method: 'POST', body, headers }));
  const { entries } = entriesReply.parse(await answerOf(`${stock}/holdings/${holdingId}/entries`, {}));
  const init = { method: 'POST', body: JSON.stringify({ jobId }), headers };
  const { importId } = importReply.parse(await answerOf('/api/inventory/imports', init));
  await pollUntil(
    'the import',
    () => answerOf(`/api/inventory/imports/${importId}`, {}),
    ({ status }) => status === 'completed',
  );
  // The list misses a piece from now on, which an export of missing pieces needs.
  const loss = JSON.stringify({ lots: [{ number: '3035', colour: '72', quantity: -1 }] });
  await answerOf(`${stock}/entries`, { method: 'POST', body: loss, headers });
  await pollUntil(
    'the missing piece',
    () => answerOf(`/api/inventory/jobs/${jobId}/missing-lots`, {}),
    ({ lots }) => Array.isArray(lots) && lots.length === 1,
  );
  const ledger = await answerOf('/api/inventory/ledger-imports', {
    ...{ method: 'POST', headers: { 'content-type': 'text/csv' } },
    body: `date,kind,part,quantity,note\n2026-01-01,in,3001,2,${SECRET}\n2026-01-01,in,3001,none,${SECRET}\n`,
  });
  const { ledgerImportId } = ledgerImportReply.parse(ledger);
  await pollUntil(
    'the ledger',
    () => answerOf(`/api/inventory/ledger-imports/${ledgerImportId}`, {}),
    ({ status }) => status === 'completed',
  );
  const build = await answerOf('/api/inventory/builds', {
    ...{ method: 'POST', body: JSON.stringify({ title: SECRET }), headers },
  });
  const lamp = JSON.stringify({ number: 'lamp-1', name: `${SECRET}’s lamp` });
  const { customPartId } = await answerOf('/api/custom-parts', { method: 'POST', body: lamp, headers });
  const table = JSON.stringify({ csv: `bricklink,lamp-1,rebrickable,3001,${SECRET}\n` });
  await answerOf('/api/part-links', { method: 'POST', body: table, headers });
  const { partLinks } = partLinksReply.parse(await answerOf('/api/part-links', {}));
  return {
    partLinkId: partLinks[0]!.partLinkId,
    ...{ holdingId, entryId: entries[0]!.entryId, importId, ledgerImportId },
    ...{ buildId: String(build['buildId']), customPartId: String(customPartId) },
  };
};

describe('requesting another user’s resources', function () {
  this.timeout(PLATFORM_WITHIN_MS);
  let platform: TestPlatform;
  let operations: readonly Operation[];
  let ids: Readonly<Record<string, string>>;
  let owner: Headers;
  let stranger: Headers;

  const bearer = async (name: string, roles: readonly string[] = []): Promise<Headers> => ({
    authorization: `Bearer ${await platform.token(name, roles)}`,
  });

  const ask = async (operation: Operation, headers: Headers, way: Way = 'gateway', of = ids): Promise<Answer> => {
    const reply = await fetch(requestFor(operation, of, { ports: platform.ports, way, headers }));
    // An event stream ends only when its time is over.
    if (reply.headers.get('content-type')?.startsWith('text/event-stream') === true) {
      await reply.body?.cancel();
      return { status: reply.status, text: '' };
    }
    return { status: reply.status, text: await reply.text() };
  };

  const send = async (path: string, init: RequestInit): Promise<Response> => {
    const reply = await fetch(platform.url + path, { ...init, headers: { ...owner, ...(init.headers as Headers) } });
    expect(reply.ok, `${path}: ${String(reply.status)}`).to.equal(true);
    return reply;
  };

  before(async () => {
    platform = await sharedPlatform();
    owner = await bearer(OWNER);
    stranger = await bearer('idor-stranger');
    const gateway = await platform.signedInAs(OWNER);
    const { moc: uploadedMoc } = await uploadMoc(gateway, `${SECRET}’s crane`, files);
    const moc = await awaitCounts(gateway, uploadedMoc, () => undefined);

    const wish = JSON.stringify({ title: `${SECRET}’s wish` });
    const json = { 'content-type': 'application/json' };
    const { itemId } = itemReply.parse(
      await (await send('/api/wishlist', { method: 'POST', body: wish, headers: json })).json(),
    );
    const putImage = { method: 'PUT', body: readFileSync(photo), headers: { 'content-type': 'image/png' } };
    await send(`/api/wishlist/${itemId}/image`, putImage);
    await pollUntil(
      'The profile',
      () => fetch(`${platform.url}/api/users/me`, { headers: owner }),
      ({ ok }) => ok,
    );
    await send('/api/users/me/avatar', putImage);

    // The id of an upload follows from its key.
    const headers = { ...json, 'idempotency-key': UPLOAD_KEY };
    await send('/api/mocs', { method: 'POST', body: JSON.stringify({ title: `${SECRET}’s boat` }), headers });
    const uploadId = derivedId('request', devUserId(OWNER), 'POST', '/v1/mocs', UPLOAD_KEY);
    await send(`/v1/uploads/${uploadId}`, {});

    const answerOf = async (path: string, init: RequestInit): Promise<Record<string, string>> =>
      (await (await send(path, init)).json()) as Record<string, string>;
    const image = new FormData();
    image.set('title', `${SECRET}’s image`);
    image.set('image', new Blob([new Uint8Array(readFileSync(photo))]), 'crane.png');
    const { imageId = '' } = await answerOf('/api/images', { method: 'POST', body: image });
    const title = JSON.stringify({ title: `${SECRET}’s album` });
    const { albumId = '' } = await answerOf('/api/albums', { method: 'POST', body: title, headers: json });

    const item = JSON.stringify({
      ...{ source: { kind: 'set', id: '6080-1' }, title: `${SECRET}’s castle` },
      lots: [{ number: '3001', colour: '4', quantity: 2 }],
    });
    const inventoryItem = await answerOf('/api/inventory/items', { method: 'POST', body: item, headers: json });
    const inventoryItemId = inventoryItem['itemId'] ?? '';
    const bill = JSON.stringify({ date: '2026-01-01', shop: SECRET, price: { amount: 1, currency: 'EUR' } });
    const purchases = `/api/inventory/items/${inventoryItemId}/purchases`;
    const { purchaseId = '' } = await answerOf(purchases, { method: 'POST', body: bill, headers: json });

    const text = JSON.stringify({ text: `${SECRET}’s comment` });
    const comment = { method: 'POST', body: text, headers: json };
    const { commentId } = commentReply.parse(await answerOf(`/api/mocs/${moc.mocId}/comments`, comment));

    const webhook = { url: `https://example.com/${SECRET}`, subject: { kind: 'own-mocs' }, events: ['moc.liked'] };
    const { webhookId } = newWebhookReply.parse(
      await answerOf('/api/webhooks', { method: 'POST', body: JSON.stringify(webhook), headers: json }),
    );

    const jobId = moc.partsLists[0]?.jobId ?? '';
    const stockIds = await stockUp(answerOf, json, jobId);
    const key = { consumerKey: 'a', consumerSecret: SECRET, token: 'c', tokenSecret: 'd' };
    await send('/api/prices/sources/bricklink', { method: 'PUT', body: JSON.stringify(key), headers: json });
    const refresh = await answerOf(`/api/jobs/${jobId}/price-refreshes`, {
      ...{ method: 'POST', body: JSON.stringify({ currency: 'EUR' }), headers: json },
    });
    const refreshId = refresh['refreshId'] ?? '';
    // A refresh that ends between two looks would be taken for a change by a stranger.
    await pollUntil(
      'The end of the refresh',
      async () => (await send(`/api/prices/refreshes/${refreshId}`, {})).text(),
      (text) => text.includes('"ended"'),
    );

    operations = await allOperations(platform.ports);
    ids = {
      uploadId,
      mocId: moc.mocId,
      partsListId: moc.partsLists[0]?.partsListId ?? '',
      jobId,
      refreshId,
      fileId: moc.files.find(({ kind }) => kind === 'instruction')?.fileId ?? '',
      attempt: randomUUID(),
      itemId,
      listId: wishlistId(devUserId(OWNER)),
      inventoryItemId,
      purchaseId,
      ...stockIds,
      memberId: devUserId(OWNER),
      imageId,
      albumId,
      commentId,
      webhookId,
      userId: devUserId(OWNER),
      builderId: devUserId(OWNER),
      partNumber: '3001',
      elementId: '300121',
      setNumber: '6080-1',
      kind: randomUUID(),
      ...{ version: 'draft', from: 'draft', to: 'draft' },
      ...{ owner: randomUUID(), group: itemId, file: `${randomUUID()}.webp` },
      ...{ name: 'anything', id: randomUUID() },
      ...{ category: 'wishlist', stream: `wishlist-${randomUUID()}`, revision: '0', correlationId: randomUUID() },
      role: 'builder',
    };
  });

  const particular = (): readonly Operation[] => operations.filter(({ params }) => params.length > 0);
  const ofUsers = (): readonly Operation[] =>
    particular().filter(
      (operation) => operation.access === 'user' && !isInternal(operation) && !PUBLIC_OPERATIONS.has(nameOf(operation)),
    );

  /** A signed URL changes every second, and every problem has an id. */
  const steady = ({ status, text }: Answer): Answer => ({
    status,
    text: text.replaceAll(/expires=\d+|signature=[\w-]+|"(expiresAt|correlationId)":"[^"]+"/g, ''),
  });

  /** The owner's view, by operation. */
  const ownerReplies = async (): Promise<Readonly<Record<string, Answer>>> => {
    const reads = ofUsers().filter(({ method }) => method === 'GET');
    const replies = await Promise.all(
      reads.map(async (operation) => [nameOf(operation), steady(await ask(operation, owner))] as const),
    );
    return Object.fromEntries(replies);
  };

  it('is refused at every operation on one resource, and changes nothing', async () => {
    const before = await ownerReplies();
    const statusOf = (name: string): number => (name === NOTHING_THERE ? 409 : 200);
    for (const [name, { status, text }] of Object.entries(before))
      expect(status, `${name}: ${text}`).to.equal(statusOf(name));

    expect(ofUsers().length).to.be.greaterThan(20);
    for (const operation of ofUsers()) {
      const { status, text } = await ask(operation, stranger);
      expect(status, `${nameOf(operation)}: ${text}`).to.be.oneOf([403, 404]);
      expect(text, nameOf(operation)).not.to.match(SECRETS).and.not.to.include('route-not-found');
    }
    for (const [name, { status, text }] of Object.entries(await ownerReplies()))
      expect(`${String(status)} ${text}`, name).to.equal(`${String(statusOf(name))} ${before[name]?.text ?? ''}`);
  });

  it('gets the same refusal whether the resource exists or not', async () => {
    const otherIds = Object.fromEntries(Object.keys(ids).map((name) => [name, randomUUID()]));
    const essence = ({ status, text }: Answer): string =>
      `${String(status)} ${text.replaceAll(/"(correlationId|instance)":"[^"]*"/g, '')}`;
    for (const operation of ofUsers())
      expect(essence(await ask(operation, stranger)), nameOf(operation)).to.equal(
        essence(await ask(operation, stranger, 'gateway', otherIds)),
      );
  });

  it('returns nothing of theirs at operations for everybody', async () => {
    const publicReads = operations.filter(
      (operation) =>
        operation.method === 'GET' &&
        (operation.params.length === 0 ? operation.access === 'user' : PUBLIC_OPERATIONS.has(nameOf(operation))),
    );
    expect(publicReads.length).to.be.greaterThan(8);
    for (const operation of publicReads) {
      const { status, text } = await ask(operation, stranger);
      expect(status, nameOf(operation)).to.be.lessThan(500);
      expect(text, nameOf(operation)).not.to.match(SECRETS);
    }
  });

  it('is refused without a token and with a malformed one', async () => {
    const guardedOperations = operations.filter(
      (operation) => (operation.access === 'user' || operation.access === 'operator') && !isInternal(operation),
    );
    for (const headers of [{}, { authorization: 'Bearer nonsense' }, { 'x-user-id': devUserId(OWNER) }])
      for (const operation of guardedOperations)
        expect(await ask(operation, headers), nameOf(operation)).to.include({ status: 401 });
  });

  it('is refused to builders at operators’ operations', async () => {
    const operatorOperations = operations.filter(({ access }) => access === 'operator');
    expect(operatorOperations.length).to.be.greaterThan(5);
    for (const operation of operatorOperations)
      expect(await ask(operation, owner), nameOf(operation)).to.include({ status: 403 });
  });

  it('is refused behind the gateway without a signed context', async () => {
    const spoofedHeaders = { ...owner, 'x-user-id': devUserId(OWNER), 'x-user-roles': 'builder,operator' };
    for (const operation of operations.filter(({ access }) => access !== 'anyone')) {
      const { status, text } = await ask(operation, spoofedHeaders, 'service itself');
      expect(status, `${nameOf(operation)}: ${text}`).to.equal(401);
    }
  });

  it('finds no public route to internal operations, and no file without a signature', async () => {
    const inner = [
      ...particular().filter(({ access }) => access === 'service' || access === 'anyone'),
      ...operations.filter(isInternal),
    ];
    expect(inner.length).to.be.greaterThan(2);
    for (const operation of inner) {
      const { status, text } = await ask(operation, owner);
      expect(status, `${nameOf(operation)}: ${text}`).to.be.oneOf([403, 404]);
    }
  });
});
