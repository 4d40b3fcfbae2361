import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { pollUntil } from '@lego-moc/application/poll-until';
import { ledgerImportReply, type LedgerImportReply } from '@lego-moc/inventory/contracts/ledger-api';
import { holdingLotsReply } from '@lego-moc/inventory/contracts/stock-api';
import { generateLedger } from '../../contexts/inventory/testing/generated-ledger.ts';
import { apiAs, type Api } from './api.ts';
import { PLATFORM_WITHIN_MS, startPlatform, type TestPlatform } from './platform.ts';

const LEDGERS = '/api/inventory/ledger-imports';
const LINES = 17_001;
const KILLS = 3;

describe('the inventory when its process is killed', function () {
  this.timeout(3 * PLATFORM_WITHIN_MS);
  let platform: TestPlatform;
  let ask: Api;

  before(async () => {
    platform = await startPlatform();
    ask = apiAs(platform, 'bookkeeper');
  });
  after(() => platform.stop());

  const importAt = async (path: string): Promise<LedgerImportReply | undefined> => {
    const { status, body } = await ask('GET', path);
    return status === 200 ? ledgerImportReply.parse(body) : undefined;
  };
  const lotsOf = async (holdingId: string): Promise<Record<string, number>> => {
    const lots: [string, number][] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const path = `/api/inventory/stock/holdings/${holdingId}/lots?limit=1000`;
      const { body } = await ask('GET', cursor === '' ? path : `${path}&cursor=${cursor}`);
      const page = holdingLotsReply.parse(body);
      for (const { number, colour, quantity } of page.lots) lots.push([`${number}:${colour ?? ''}`, quantity]);
      cursor = page.nextCursor;
    }
    return Object.fromEntries(lots);
  };

  it(`replays a ledger of 17,001 lines to the same stock after ${String(KILLS)} kills, counting no line twice`, async () => {
    const ledger = generateLedger(LINES);
    const { status, headers } = await ask('POST', `${LEDGERS}?location=Attic`, Buffer.from(ledger.csv()), {
      'content-type': 'text/csv',
    });
    expect(status).to.equal(202);
    const path = headers.get('location')?.replace('/v1/', '/api/') ?? '';

    // Each time after some more lines were entered, and before the last ones.
    const linesBefore: number[] = [];
    for (let kill = 0; kill < KILLS; kill += 1) {
      const before = linesBefore.at(-1) ?? 0;
      const state = await pollUntil(
        'some lines',
        () => importAt(path),
        (reply) => (reply?.entered ?? 0) > before,
      );
      linesBefore.push(state?.entered ?? 0);
      if (state?.status !== 'running') break;
      await sleep(20);
      await platform.killAndAwait('inventory');
    }
    expect(linesBefore[0], 'killed while it was running').to.be.within(1, LINES - 1);

    const result = await pollUntil(
      'the import',
      () => importAt(path),
      (reply) => reply?.status === 'completed',
    );
    expect(result).to.include({ lines: LINES, entered: LINES, known: 0, findings: 0 });
    expect(await lotsOf(result?.holdingId ?? '')).to.deep.equal(ledger.stockOn());
  });
});
