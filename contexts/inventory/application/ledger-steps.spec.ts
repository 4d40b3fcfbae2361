import { expect } from 'chai';
import { foldedStates } from '@lego-moc/application/folded-states';
import { newId } from '@lego-moc/application/new-id';
import { processRunner } from '@lego-moc/application/process-runner';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import { isRejection } from '@lego-moc/kernel/decider';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { ledgerFiles } from '../adapters/ledger-files/read-ledger.ts';
import { inventoryDecider, type InventoryEvent } from '../domain/inventory.ts';
import type { LedgerEvent } from '../domain/ledger/ledger-events.ts';
import { ledgerDecider } from '../domain/ledger/ledger-import.ts';
import { ledgerImport } from '../domain/ledger/ledger-process.ts';
import { pieceOf, type LotKey } from '../domain/lots.ts';
import { entriesOf } from '../domain/persistent-map.ts';
import { holdingDecider } from '../domain/stock/holding.ts';
import type { HoldingEvent } from '../domain/stock/holding-events.ts';
import { generateLedger } from '../testing/generated-ledger.ts';
import { changeStock } from './change-stock.ts';
import { placeOf } from './inventory-ids.ts';
import { ledgerSteps } from './ledger-steps.ts';
import { pastStock } from './past-stock.ts';
import { ledgerImportIdOf, requestLedger } from './request-ledger.ts';

const owner = 'ada' as UserId;
const at = '2026-01-01T12:00:00.000Z' as Instant;
const place = placeOf(owner, 'Bin 7');
const cause = () => ({ commandId: newId(), correlationId: newId(), actor: owner });
const LINES = 17_001;

const byPiece = (lots: Iterable<readonly [LotKey, number]>) =>
  Object.fromEntries(
    [...lots].map(([lot, quantity]) => [`${pieceOf(lot).number}:${pieceOf(lot).colour ?? ''}`, quantity]),
  );

/** A service that is killed `kills` times, each time after a part was entered and before that was recorded. */
const begin = () => {
  const streams = inMemoryStreams<HoldingEvent>('holding');
  const holdings = foldedStates(holdingDecider, streams, { bytesMax: 16 * 1024 * 1024 });
  const { handle: handleInventory } = foldedStates(inventoryDecider, inMemoryStreams<InventoryEvent>('inventory'));
  const ledgers = inMemoryStreams<LedgerEvent>('ledgerImport');
  const ledgerImports = foldedStates(ledgerDecider, ledgers);
  const stock = { holdings, handleInventory };
  const now = () => at;

  const run = async (importId: string, kills = 0) => {
    for (let attempt = 0; ; attempt += 1) {
      // Each process has its own memory of the place.
      const carryOut = ledgerSteps({ ...stock, streams, ledgers, now });
      let stepsLeft = attempt < kills ? attempt + 1 : Infinity;
      const runner = processRunner(
        ledgerImport,
        ledgers,
        async (step, stepCause) => {
          const events = await carryOut(step, stepCause);
          stepsLeft -= 1;
          if (stepsLeft <= 0) throw new Error('killed');
          return events;
        },
        now,
      );
      const state = await runner.runDueSteps(importId).catch(() => undefined);
      if (state?.status === 'completed' || state?.status === 'undone') return state;
      if (attempt > kills) return expect.fail(`the import is ${state?.status ?? 'broken'}`);
    }
  };

  return {
    run,
    import: async (csv: string, kills = 0) => {
      const lines = await ledgerFiles.read(Buffer.from(csv));
      if ('fault' in lines) return expect.fail(lines.because);
      const importId = ledgerImportIdOf(place, csv.length.toString());
      const refusal = await requestLedger({ ledgerImports, handleInventory, now })(
        { importId, owner, place, lines },
        cause(),
      );
      expect(refusal).to.equal(undefined);
      return run(importId, kills);
    },
    undo: async (importId: string) => {
      const outcome = await ledgerImports.handle(
        importId,
        { type: 'UndoLedgerImport', data: { by: owner, at } },
        cause(),
      );
      expect(isRejection(outcome)).to.equal(false);
      return run(importId);
    },
    enter: (lot: string, quantity: number) => {
      const lots = [{ lot: lot as LotKey, quantity }];
      const data = { by: owner, at, entryId: newId(), reason: '', place, day: null, lots };
      return changeStock(stock)({ type: 'EnterStock', data }, cause());
    },
    stockNow: async () => {
      const { state } = await holdings.latest(place.holdingId);
      return state.status === 'open' ? byPiece(entriesOf(state.lots)) : {};
    },
    stockOn: async (day: string) => byPiece(await pastStock(streams)([place.holdingId], day)),
    findings: async (importId: string) => {
      const findings: string[] = [];
      for await (const { event } of ledgers.readEvents(importId))
        if (event.type === 'LedgerPartReplayed')
          for (const { line, reason } of event.data.findings) findings.push(`${String(line)} ${reason}`);
      return findings;
    },
  };
};

describe('the steps of the import of a ledger', function () {
  this.timeout(60_000);
  const ledger = generateLedger(LINES);

  it('replay 17,001 lines to the stock that adding them up gives, however often the process is killed', async () => {
    const world = begin();
    const state = await world.import(ledger.csv(), 5);
    expect(state).to.include({ status: 'completed', lines: LINES, entered: LINES, known: 0, findings: 0 });
    expect(await world.stockNow()).to.deep.equal(ledger.stockOn());
    for (const day of ['2018-12-31', '2019-01-01', '2021-07-15', '2025-12-31'])
      expect(await world.stockOn(day)).to.deep.equal(ledger.stockOn(day));
  });

  it('go on with a longer file, and take back exactly its new lines on an undo', async () => {
    const world = begin();
    const ledger = generateLedger(8_001);
    await world.import(ledger.csv(4_000));
    const stockBefore = await world.stockNow();
    const state = await world.import(ledger.csv());
    expect(state).to.include({ status: 'completed', entered: 4_001, known: 4_000, findings: 0 });
    expect(await world.stockNow()).to.deep.equal(ledger.stockOn());

    await world.undo(state.importId);
    expect(await world.stockNow()).to.deep.equal(stockBefore);
    expect(await world.stockOn('2019-12-31')).to.deep.equal(ledger.stockOn('2019-12-31'));
    const again = await world.import(ledger.csv());
    expect(again).to.include({ entered: 4_001, known: 4_000 });
    expect(await world.stockNow()).to.deep.equal(ledger.stockOn());
    expect(await world.stockOn('2021-07-15')).to.deep.equal(ledger.stockOn('2021-07-15'));
  });

  it('leave out what would leave fewer than no pieces on its day or later, and enter all other lines', async () => {
    const world = begin();
    await world.enter('part:3001:4', 2);
    const { importId, ...state } = await world.import(
      [
        'Date;Kind;Part;Color;Quantity;Id',
        '2024-05-01;out;3001;4;1;a',
        '2024-05-02;in;3001;4;3;b',
        '2024-05-04;out;3001;4;2;c',
        '2024-05-03;out;3001;4;2;d',
        '2024-05-02;in;3001;4;4;b',
        '2026-01-02;in;3001;4;1;e',
        '2024-02-30;in;3001;4;1;f',
        '2024-05-05;adjust;3001;4;-1;g',
      ].join('\r\n'),
    );
    expect(state).to.include({ lines: 8, entered: 3, findings: 5 });
    expect(await world.findings(importId)).to.deep.equal([
      ...['8 date-unreadable', '2 not-enough-pieces', '6 id-reused', '4 not-enough-pieces', '7 day-in-future'],
    ]);
    expect(await world.stockOn('2024-05-02')).to.deep.equal({ '3001:4': 3 });
    expect(await world.stockOn('2024-05-03')).to.deep.equal({ '3001:4': 1 });
    expect(await world.stockNow()).to.deep.equal({ '3001:4': 2 });
  });

  it('begin anew when the place changes between the replay and its entry', async () => {
    const world = begin();
    await Promise.all([world.import(ledger.csv(3_000)), ...[1, 2, 3].map(() => world.enter('part:1:1', 1))]);
    const { '1:1': ones, ...rest } = await world.stockNow();
    expect(ones).to.equal(3);
    expect(rest).to.deep.equal(generateLedger(3_000).stockOn());
  });
});
