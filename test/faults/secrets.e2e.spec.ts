import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { pollUntil } from '@lego-moc/application/poll-until';
import { skipOnGivenEventStore } from '@lego-moc/testing/real-component';
import { PLATFORM_WITHIN_MS, sharedPlatform, type TestPlatform } from '../e2e/platform.ts';
import { allOperations, placeOf, publicPath, type Operation } from './operations.ts';

/** Sent to profiles only. */
const PERSON = {
  displayName: 'Canaria Featherstone',
  bio: 'canary-bio-2718',
  location: 'Canary Wharf 4711',
  website: 'https://canary-website.example/',
};
const NAME = 'canary-zinnober';
const EMAIL = `${NAME}@example.test`;
/** Sent in every place that takes a value. */
const SECRET = 'canary-secret-8281';
/** The name of a file: the answer to its sender names a refused file, and nothing else does. */
const FILE = 'canary-file-1618';
/** A value that may lie in an event, to prove that the search would find the secrets. */
const CONTROL = 'canary-control-3141';

const bytesBelow = (folder: string): string =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');

describe('sending secrets everywhere', function () {
  this.timeout(PLATFORM_WITHIN_MS);
  let platform: TestPlatform;
  let token: string;
  const refusals: string[] = [];

  const send = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const reply = await fetch(platform.url + path, {
      ...init,
      headers: { authorization: `Bearer ${token}`, ...(init.headers as Record<string, string>) },
    });
    const text = await reply.clone().text();
    if (!reply.ok) refusals.push(`${init.method ?? 'GET'} ${path.replace(/\?.*/, '')} ${reply.status} ${text}`);
    return reply;
  };
  const json = (body: unknown, method: string): RequestInit => ({
    method,
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

  before(async () => {
    platform = await sharedPlatform();
    token = await platform.token(NAME);
    await pollUntil(
      'The profile',
      () => send('/api/users/me'),
      ({ ok }) => ok,
    );
    expect((await send('/api/users/me', json(PERSON, 'PATCH'))).status).to.equal(200);
    expect((await send('/api/wishlist', json({ title: CONTROL }, 'POST'))).status).to.equal(201);
  });

  it('leaves nothing personal readable in what is stored for ever', function () {
    skipOnGivenEventStore(this, "it reads the store's files");
    const storeBytes = bytesBelow(join(platform.dataDir, 'event-store'));
    expect(storeBytes.includes(CONTROL)).to.equal(true);
    for (const personal of [...Object.values(PERSON), EMAIL])
      expect(storeBytes.includes(personal), personal).to.equal(false);
  });

  /** Secrets as headers, in the query, in valid and in broken bodies, as names of fields and of files. */
  const sendSecrets = async (operation: Operation): Promise<void> => {
    const { method, query, body } = operation;
    const ids = new Proxy<Record<string, string>>({}, { get: () => randomUUID() });
    const path = publicPath(operation.service, placeOf(operation, ids));
    const names = [...query.map(({ name }) => name), 'password', 'access_token'];
    const secretQuery = new URLSearchParams(names.map((name): [string, string] => [name, `${SECRET}\0'`]));
    const secretHeaders = {
      'x-api-key': SECRET,
      'idempotency-key': SECRET,
      cookie: `session=${SECRET}`,
      'if-match': SECRET,
    };
    await send(`${path}?${String(secretQuery)}`, { method, headers: secretHeaders });
    await send(path, { method, headers: { authorization: `Bearer ${SECRET}.${SECRET}.${SECRET}` } });
    if (body === undefined) return;

    const fields = Object.keys(body.schema.properties ?? {});
    const secretFields = Object.fromEntries([...fields, 'password'].map((name) => [name, SECRET]));
    await send(path, json(secretFields, method));
    for (const field of fields) await send(path, json({ title: 'Nothing', [field]: `${SECRET}\0` }, method));
    await send(path, json(`{"password":"${SECRET}`, method));
    const form = new FormData();
    for (const field of ['title', 'password']) form.set(field, `${SECRET}\0`);
    form.set('partsLists', new Blob([SECRET]), `${FILE}.xml`);
    form.set('instructionsFile', new Blob([SECRET], { type: 'application/pdf' }), `${FILE}.pdf`);
    await send(path, { method, body: form });
  };

  it('leaves none of them in a log or in a refusal, and causes no 5xx', async () => {
    const operations = (await allOperations(platform.ports)).filter(
      ({ method, path }) => !(method === 'DELETE' && path.startsWith('/v1/users/')),
    );
    for (const operation of operations) await sendSecrets(operation);
    await send('/api/mocs', { headers: { cookie: `token=${SECRET}`, authorization: `Basic ${SECRET}` } });

    expect(refusals.length).to.be.greaterThan(operations.length);
    const secrets = [SECRET, EMAIL, token.split('.').at(-1)!, ...Object.values(PERSON)];
    for (const refusal of refusals) {
      for (const secret of secrets) expect(refusal.includes(secret), refusal).to.equal(false);
      expect(refusal).not.to.match(/^\S+ \S+ 5\d\d /);
      expect(refusal).not.to.match(/\n\s+at |node_modules|\.ts:|ECONN/);
    }

    const logs = bytesBelow(join(platform.dataDir, 'logs')).split('\n');
    expect(logs.some((line) => line.includes('"/v1/wishlist"'))).to.equal(true);
    for (const secret of secrets)
      expect(
        logs.filter((line) => line.includes(secret)),
        secret,
      ).to.deep.equal([]);
  });
});
