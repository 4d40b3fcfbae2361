import { jsonEvent } from '@eventstore/db-client';
import { expect } from 'chai';
import { pollUntil } from '@lego-moc/application/poll-until';
import { connectEventStore } from '@lego-moc/event-store/connect';
import { adminUrl } from '@lego-moc/embedded-postgres/admin';
import { auditRegularly } from '@lego-moc/local/audit-schedule';
import { portOf } from '@lego-moc/local/registry';
import { openDatabase } from '@lego-moc/postgres/database';
import { newId } from '@lego-moc/application/new-id';
import { isEventStoreGiven } from '@lego-moc/testing/real-component';
import { eventStoreUrl } from './event-store-url.ts';
import { PLATFORM_WITHIN_MS, sharedPlatform, type TestPlatform } from './platform.ts';
import { requestsAs } from './requests.ts';
import { projectionsCommand } from './projections-command.ts';

/** Subscriptions that the list must show, by service; the list may have more. */
const SUBSCRIPTIONS = [
  ['moc-management', 'moc-catalogue', 'moc-management-publisher', 'moc-management-housekeeping', 'moc-management'],
  ['moc-management', 'open-moc-upload', 'moc-management-forgetting'],
  ['file-processing', 'file-processing-parsing', 'file-processing-publisher', 'file-processing-forgetting'],
  ['file-storage', 'file-storage-publisher'],
  ['profile', 'profiles', 'profile-publisher', 'profile-forgetting'],
  ['inventory', 'inventory-items', 'inventory-builds', 'inventory-publisher', 'inventory-erasure', 'build-stock'],
  ['search', 'moc-index', 'gallery-index', 'wish-index', 'builder-index', 'search-executions', 'search-publisher'],
  ['wishlist', 'wishlists', 'wishlist-publisher', 'wishlist-reorder-settling', 'wishlist-forgetting'],
] as const;

/** Each of the read models reads the whole log, which is long in a store that was used before. */
const REBUILT_WITHIN_MS = 5 * PLATFORM_WITHIN_MS;

describe('operating the platform from the command line', function () {
  this.timeout(PLATFORM_WITHIN_MS);
  let platform: TestPlatform;

  const run = async (...command: string[]): Promise<string> => (await projectionsCommand(platform, ...command)).output;

  /** The groups of a used store have passed events that the tables of this platform never saw. */
  const rebuildAll = async (): Promise<void> => {
    const { projections } = JSON.parse(await run('list', '--json')) as {
      readonly projections: readonly { readonly service: string; readonly name: string }[];
    };
    const ask = requestsAs(platform, 'olga', ['operator', 'operator:act']);
    for (const { service, name } of projections)
      await pollUntil(
        `${service}/${name} is rebuilt`,
        async () => {
          const reply = await ask(`/ops/${service}/projections/${name}/rebuild?reason=used`, {
            ...{ method: 'POST', headers: { 'idempotency-key': newId() } },
          });
          return (await reply.text()).includes('"phase":"done"');
        },
        Boolean,
        PLATFORM_WITHIN_MS,
      );
  };

  before(async () => {
    platform = await sharedPlatform();
  });

  it('lists every projection and every other subscription of every service', async () => {
    const [projections = '', others = ''] = (await run('list')).split('\n\n');
    for (const [service, ...names] of SUBSCRIPTIONS)
      for (const name of names) expect(`${projections}\n${others}`).to.match(new RegExp(`^${name} +${service} `, 'm'));
    expect(projections).to.contain('moc-catalogue').and.not.contain('publisher');
    expect(others).to.contain('moc-management-housekeeping').and.not.contain('moc-catalogue');
  });

  it('shows a parked message and replays it', async () => {
    const eventId = newId();
    const client = connectEventStore(eventStoreUrl(platform));
    const incomprehensible = jsonEvent({
      id: eventId,
      type: 'file-processing.completed',
      data: { payload: 'garbled' },
    });
    await client.appendToStream('integration-file-processing', incomprehensible);
    await client.dispose();

    const listParked = (): Promise<string> => run('parked', 'moc-management/moc-management');
    await pollUntil('it is parked', async () => (await listParked()).includes(eventId), Boolean, 30_000);
    const first = await listParked();
    expect(first).to.contain('ZodError').and.contain('masked').and.not.contain('garbled');
    // A given store may have others of earlier runs.
    expect(await run('replay', 'moc-management', '--reason', 'it may pass now')).to.match(
      /\d+ messages? (is|are) parked still\.\n$/,
    );
    expect(await run('actions', '--limit', '1')).to.match(
      / moc-management +replay +moc-management +\d+ +it may pass now$/m,
    );

    expect(await listParked()).to.match(/came back \d+ times/);

    const id = /#(\S+) {2}file-processing\.completed/.exec(await listParked())?.[1] ?? '';
    expect(await run('discard', 'moc-management', '--ids', id, '--reason', 'nobody waits for it')).to.equal(
      '1 message is discarded.\n',
    );
    expect(await listParked()).not.to.contain(`#${id} `);
    expect(await run('parked', 'moc-management/moc-management', '--discarded')).to.contain(`#${id} `);
    expect(await run('restore', 'moc-management', '--ids', id, '--reason', 'somebody does')).to.equal(
      '1 message is restored.\n',
    );
    expect(await listParked()).to.contain(`#${id} `);
  });

  it('starts a group again that was stopped', async () => {
    const act = requestsAs(platform, 'olga', ['operator', 'operator:act']);
    const change = async (path: string): Promise<string> => {
      const reply = await act(`/ops/wishlist/subscriptions/wishlist-wishlists/${path}?reason=test`, {
        ...{ method: 'POST', headers: { 'idempotency-key': newId() } },
      });
      return ((await reply.json()) as { state: string }).state;
    };
    expect(await change('stop')).to.equal('stopped');
    expect(await run('list')).to.match(/^wishlists +wishlist +stopped /m);
    await change('start');
    await pollUntil(
      'it is live',
      () => run('list'),
      (output) => /^wishlists +wishlist +live /m.test(output),
      30_000,
    );
    expect(await run('actions', '--limit', '2')).to.match(/ wishlist +start +wishlist-wishlists /);
  });

  it('verifies that every read model matches its streams', async function () {
    this.timeout(REBUILT_WITHIN_MS);
    if (isEventStoreGiven()) await rebuildAll();
    const headers = { authorization: `Bearer ${await platform.token('ada')}`, 'content-type': 'application/json' };
    for (const [path, body] of [
      ['/api/wishlist', { title: 'Galaxy Explorer' }],
      ['/api/mocs', { title: `Verified ${newId()}` }],
    ] as const) {
      const reply = await fetch(`${platform.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
      expect(reply.status, path).to.equal(201);
    }
    const out = await run('verify', '--all');
    for (const name of ['moc-catalogue', 'moc-index', 'profiles', 'wishlists'])
      expect(out).to.match(new RegExp(`^${name}: [\\d,]+ rows are what the streams say\\.$`, 'm'));
    expect(out).not.to.contain('differ');
  });

  it('audits the platform: no difference, on record and in the metrics', async function () {
    this.timeout(REBUILT_WITHIN_MS);
    const checks = JSON.parse(await run('audit', '--json')) as readonly { name: string; differences: number | null }[];
    const names = checks.map(({ name }) => name);
    expect(names).to.include.members(['moc-management/moc-catalogue', 'search/moc-index', 'stored files']);
    expect(names).to.include.members(['storage accounts', 'gallery links']);
    for (const { name, differences } of checks) expect(differences, name).to.equal(0);
    expect(await run('actions', '--limit', '1')).to.match(/ audit +platform +0 +\d+ comparisons$/m);
    const ports = [...platform.ports].filter(([name]) => name === 'gallery' || name === 'wishlist');
    for (const [name, port] of ports)
      await pollUntil(
        `${name} shows it`,
        async () => (await fetch(`http://127.0.0.1:${String(port)}/metrics`)).text(),
        (text) => /^platform_audit_last_run_timestamp_seconds\{.*\} \d/m.test(text),
        90_000,
      );
  });

  it('audits by a schedule: not while the last audit is young, and again once it is old', async function () {
    this.timeout(REBUILT_WITHIN_MS);
    const auditCount = async (): Promise<number> =>
      (await run('actions', '--limit', '200')).match(/ audit +platform /g)?.length ?? 0;
    const before = await auditCount();
    expect(await run('audit', '--every', '168')).to.include('less than 168 hours old');
    expect(await auditCount()).to.equal(before);
    const stop = auditRegularly({
      ...{ everyHours: 0.000_001, gatewayUrl: platform.url, dataDir: platform.dataDir },
      ...{ report: () => undefined, askEveryMs: 200 },
    });
    try {
      await pollUntil(
        'A further audit is on record',
        async () => (await auditCount()) > before,
        Boolean,
        PLATFORM_WITHIN_MS,
      );
    } finally {
      stop();
    }
  });

  it('repairs a row that a read model has lost, and then finds no difference', async function () {
    if (isEventStoreGiven()) this.skip();
    this.timeout(REBUILT_WITHIN_MS);
    const ask = requestsAs(platform, `loser-${newId()}`);
    const wish = {
      method: 'POST',
      body: JSON.stringify({ title: 'Lost' }),
      headers: { 'content-type': 'application/json' },
    };
    const { itemId } = (await (await ask('/api/wishlist', wish)).json()) as { itemId: string };
    const databaseUrl = process.env['DATABASE_URL'] ?? adminUrl(platform.dataDir, portOf(platform.ports, 'postgres'));
    const db = openDatabase(databaseUrl, { schema: 'wishlist' });
    try {
      const lose = (): Promise<readonly object[]> =>
        db.any<object>('DELETE FROM wishlists AS list WHERE list::text LIKE $1 RETURNING id', [`%${itemId}%`]);
      await pollUntil('The row is lost', lose, (rows) => rows.length === 1, PLATFORM_WITHIN_MS);
    } finally {
      await db.close();
    }

    const auditOf = async (...options: string[]): Promise<unknown> =>
      (JSON.parse(await run('audit', '--json', ...options)) as readonly { readonly name: string }[]).find(
        ({ name }) => name === 'wishlist/wishlists',
      );
    expect(await auditOf('--repair')).to.include({ differences: 1, repaired: 1 });
    expect(await auditOf()).to.include({ differences: 0, repaired: 0 });
    expect(await (await ask('/api/wishlist')).text()).to.include(itemId);
  });

  it('counts the parked message in the metrics of the service', async () => {
    const text = await (await fetch(`http://127.0.0.1:${platform.ports.get('moc-management')}/metrics`)).text();
    expect(text).to.match(/subscription_parked_messages\{group="moc-management",service="moc-management"\} [1-9]/);
    expect(text).to.match(
      /subscription_state\{group="moc-management-housekeeping",state="live",service="moc-management"\} 1/,
    );
  });
});
