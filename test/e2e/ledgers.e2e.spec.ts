import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { pollUntil } from '@lego-moc/application/poll-until';
import { devUserId } from '@lego-moc/embedded-identity/issue-token';
import {
  findingsReply,
  ledgerImportReply,
  pastStockReply,
  type LedgerImportReply,
} from '@lego-moc/inventory/contracts/ledger-api';
import { holdingLotsReply, stockReply } from '@lego-moc/inventory/contracts/stock-api';
import { generateLedger } from '../../contexts/inventory/testing/generated-ledger.ts';
import { apiAs, expectProblem, type Api } from './api.ts';
import { PLATFORM_WITHIN_MS, sharedPlatform, type TestPlatform } from './platform.ts';

const LEDGERS = '/api/inventory/ledger-imports';
const CSV = { 'content-type': 'text/csv' };
const LINES = 17_001;

type Page = { readonly pieces: readonly { number: string; colour: string | null; quantity: number }[] };
const byPiece = (pieces: Page['pieces']): Record<string, number> =>
  Object.fromEntries(pieces.map(({ number, colour, quantity }) => [`${number}:${colour ?? ''}`, quantity]));

describe('the ledger of a builder, through the gateway', function () {
  this.timeout(2 * PLATFORM_WITHIN_MS);
  let platform: TestPlatform;
  let ask: Api;
  let builder: string;
  const ledger = generateLedger(LINES);

  before(async () => {
    platform = await sharedPlatform();
    builder = `bookkeeper-${randomUUID()}`;
    ask = apiAs(platform, builder);
  });

  const importLedger = async (csv: string): Promise<LedgerImportReply> => {
    const { status, headers, body } = await ask('POST', `${LEDGERS}?location=Bin%207`, Buffer.from(csv), CSV);
    expect(status, JSON.stringify(body)).to.equal(202);
    const path = headers.get('location')?.replace('/v1/', '/api/') ?? '';
    return pollUntil(
      'the import',
      async () => ledgerImportReply.parse((await ask('GET', path)).body),
      (reply) => reply.status === 'completed',
    );
  };

  const allPieces = async (path: string, parse: (body: unknown) => Page & { nextCursor: string | null }) => {
    const pieces: Page['pieces'][number][] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body } = await ask('GET', `${path}&limit=1000${cursor === '' ? '' : `&cursor=${cursor}`}`);
      const page = parse(body);
      pieces.push(...page.pieces);
      cursor = page.nextCursor;
    }
    return byPiece(pieces);
  };
  const stockOn = (day: string) =>
    allPieces(`/api/inventory/stock/past?day=${day}`, (body) => pastStockReply.parse(body));

  it('replays 17,001 lines to the stock that adding them up gives, today and on every day before', async () => {
    const result = await importLedger(ledger.csv());
    expect(result).to.include({ lines: LINES, entered: LINES, known: 0, findings: 0, location: 'Bin 7' });
    const lots = await allPieces(`/api/inventory/stock/holdings/${result.holdingId}/lots?`, (body) => {
      const { lots: pieces, nextCursor } = holdingLotsReply.parse(body);
      return { pieces, nextCursor };
    });
    expect(lots).to.deep.equal(ledger.stockOn());
    await pollUntil(
      'the read model',
      () => allPieces('/api/inventory/stock?location=Bin%207', (body) => stockReply.parse(body)),
      (pieces) => JSON.stringify(Object.entries(pieces).toSorted()) === JSON.stringify(Object.entries(lots).toSorted()),
    );
    for (const day of ['2018-12-31', '2019-06-30', '2023-01-01'])
      expect(await stockOn(day)).to.deep.equal(ledger.stockOn(day));
  });

  it('changes nothing when the file comes again, and goes on with a longer one that has findings', async () => {
    const again = await importLedger(ledger.csv());
    expect(again).to.include({ entered: LINES, known: 0 });
    const longer = await importLedger(
      `${ledger.csv()}2025-01-01,in,9999,,3,Gift,x1\n2025-01-02,out,9999,,4,Sale,x2\n2025-01-03,in,3001,4,many,,x3\n`,
    );
    expect(longer).to.include({ lines: LINES + 3, entered: 1, known: LINES, findings: 2 });
    const path = `${LEDGERS}/${longer.ledgerImportId}`;
    const { findings } = findingsReply.parse((await ask('GET', `${path}/findings`)).body);
    expect(findings.map(({ reason, available }) => [reason, available])).to.deep.equal([
      ['quantity-unreadable', null],
      ['not-enough-pieces', 3],
    ]);

    expectProblem(await apiAs(platform, `stranger-${randomUUID()}`)('GET', path), 404, 'import-not-found');
    expect((await ask('DELETE', path)).status).to.equal(202);
    const undone = await pollUntil(
      'the undo',
      async () => ledgerImportReply.parse((await ask('GET', path)).body),
      ({ status }) => status === 'undone',
    );
    expect(undone.undo).to.deep.equal({ pieces: 3, lackingPieces: 0 });
    expect(await stockOn('2025-12-31')).to.deep.equal(ledger.stockOn());
  });

  it('refuses what is no ledger, and everything after the erasure of the account', async () => {
    expectProblem(await ask('POST', LEDGERS, Buffer.from('a,b\n1,2\n'), CSV), 422, 'ledger-unreadable');
    expectProblem(await ask('POST', LEDGERS, { jobId: randomUUID() }), 415, 'media-type-unsupported');
    const name = `erased-${randomUUID()}`;
    const leaver = apiAs(platform, name);
    const { headers } = await leaver('POST', LEDGERS, Buffer.from(ledger.csv(3)), CSV);
    const path = headers.get('location')?.replace('/v1/', '/api/') ?? '';
    await pollUntil(
      'the erasure',
      () => leaver('DELETE', `/api/users/${devUserId(name)}`),
      ({ status }) => status < 300,
    );
    await pollUntil(
      'the end of the import',
      () => leaver('GET', path),
      ({ status }) => status === 404,
    );
    expectProblem(await leaver('POST', LEDGERS, Buffer.from(ledger.csv(4)), CSV), 410, 'owner-erased');
  });
});
