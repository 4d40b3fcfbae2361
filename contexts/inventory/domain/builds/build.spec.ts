import { expect } from 'chai';
import fc from 'fast-check';
import { isRejection } from '@lego-moc/kernel/decider';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { LotKey } from '../lots.ts';
import type { BuildCommand } from './build-commands.ts';
import type { BuildEvent, BuildId } from './build-events.ts';
import { buildDecider, OPERATIONS_MAX, STOCK_TRANSFERS_MAX } from './build.ts';
import type { OpenBuild } from './open-build.ts';
import { balancesOf, isContradictory, lotsOn } from './ledger.ts';
import { accounts, isWay, stockChangeOf, touchesStock, type Operation, type Transfer } from './operations.ts';

const [ada, bob] = ['ada', 'bob'] as UserId[] as [UserId, UserId];
const at = '2026-01-01T12:00:00.000Z' as Instant;
const buildId = 'build' as BuildId;
const RED = 'part:3001:4' as LotKey;
const BEGIN: BuildCommand = { type: 'BeginBuild', data: { buildId, owner: ada, title: 'Castle', source: null, at } };

const transfer = (operationId: string, from: Transfer['from'], to: Transfer['to'], quantity: number): Transfer => ({
  ...{ operationId, from, to, location: 'Bin 7', lots: [{ lot: RED, quantity }] },
});
const undo = (operationId: string, undoes: string): Operation => ({ operationId, undoes });
const record = (...operations: Operation[]): BuildCommand => ({
  type: 'RecordOperations',
  data: { by: ada, at, operations },
});
const takeApart = (id: string): BuildCommand => ({
  type: 'TakeApart',
  data: { by: ada, at, location: 'Shelf', removalId: `${id}-1`, returnId: `${id}-2` },
});

type History = { readonly build: OpenBuild; readonly events: readonly BuildEvent[] };

const after = (...commands: BuildCommand[]): History => {
  let build = buildDecider.initial;
  const events: BuildEvent[] = [];
  for (const command of [BEGIN, ...commands]) {
    const decision = buildDecider.decide(command, build);
    if (isRejection(decision)) continue;
    events.push(...decision);
    build = decision.reduce(buildDecider.evolve, build);
  }
  return build.status === 'open' ? { build, events } : expect.fail('not begun');
};
const balances = ({ build }: History) => Object.fromEntries(balancesOf(build.ledger));
const decide = (command: BuildCommand, { build }: History) => {
  const decision = buildDecider.decide(command, build);
  return isRejection(decision) ? decision.rejected : decision;
};

describe('recording operations of a build', () => {
  it('moves pieces between accounts, which add up to none', () => {
    const history = after(
      record(transfer('1', 'stock', 'reserved', 9), transfer('2', 'reserved', 'placed', 6)),
      record(transfer('3', 'placed', 'damaged', 1), transfer('4', 'reserved', 'lost', 2)),
    );
    expect(balances(history)).to.deep.equal({ [RED]: { stock: -9, reserved: 1, placed: 5, damaged: 1, lost: 2 } });
  });

  it('passes over known operations, and refuses an id with other content', () => {
    const history = after(record(transfer('1', 'stock', 'reserved', 9)));
    expect(decide(record(transfer('1', 'stock', 'reserved', 9)), history)).to.deep.equal([]);
    expect(decide(record(transfer('1', 'stock', 'reserved', 8)), history)).to.equal('operation-id-reused');
    expect(decide(record(undo('1', '0')), history)).to.equal('operation-id-reused');
  });

  it('keeps what contradicts itself, and says so', () => {
    const history = after(record(transfer('1', 'stock', 'reserved', 1), transfer('2', 'reserved', 'placed', 1)));
    const contradiction = after(
      record(transfer('1', 'stock', 'reserved', 1), transfer('2', 'reserved', 'placed', 1)),
      record(transfer('3', 'reserved', 'placed', 1)),
    );
    const isAny = ({ build }: History) => [...balancesOf(build.ledger)].some(([, balance]) => isContradictory(balance));
    expect([isAny(history), isAny(contradiction)]).to.deep.equal([false, true]);
  });

  it('is refused to others, and beyond the limit of operations', () => {
    const history = after();
    const other: BuildCommand = { type: 'RecordOperations', data: { by: bob, at, operations: [undo('1', '2')] } };
    expect(decide(other, history)).to.equal('build-not-found');
    const undos = Array.from({ length: OPERATIONS_MAX / 2 + 1 }, (_, index) => undo(`u${index}`, `o${index}`));
    expect(decide(record(...undos), history)).to.equal('too-many-operations');
    const transfers = Array.from({ length: STOCK_TRANSFERS_MAX + 1 }, (_, index) =>
      transfer(`t${index}`, 'stock', 'reserved', 1),
    );
    expect(decide(record(...transfers), history)).to.equal('too-many-operations');
  });

  it('takes no command after the erasure of its owner', () => {
    const erasure: BuildCommand = { type: 'EraseBuild', data: { at } };
    const [event] = buildDecider.decide(erasure, after().build) as BuildEvent[];
    const erasedBuild = buildDecider.evolve(after().build, event!);
    expect(buildDecider.decide(BEGIN, erasedBuild)).to.include({ rejected: 'owner-erased' });
    expect(buildDecider.decide(erasure, erasedBuild)).to.deep.equal([]);
  });
});

describe('taking a build apart', () => {
  it('returns what is placed and reserved, keeps damaged and lost pieces, and does so once', () => {
    const history = after(
      record(transfer('1', 'stock', 'reserved', 9), transfer('2', 'reserved', 'placed', 6)),
      record(transfer('3', 'placed', 'damaged', 1), transfer('4', 'reserved', 'lost', 1)),
      takeApart('t'),
    );
    expect(balances(history)).to.deep.equal({ [RED]: { stock: -2, reserved: 0, placed: 0, damaged: 1, lost: 1 } });
    expect(decide(takeApart('t'), history)).to.deep.equal([]);
    expect(decide(takeApart('u'), history)).to.deep.equal([]);
  });
});

const lot = fc.constantFrom('part:1:1', 'part:2:', 'set:6080-1:').map((key) => key as LotKey);
const lots = fc.array(fc.record({ lot, quantity: fc.integer({ min: 1, max: 9 }) }), { minLength: 1, maxLength: 3 });
const ways = accounts.flatMap((from) => accounts.filter((to) => isWay(from, to)).map((to) => ({ from, to })));
const operationId = fc.integer({ min: 0, max: 25 }).map(String);
const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .record({ operationId, way: fc.constantFrom(...ways), lots })
      .map(({ way, ...rest }): Operation => ({ ...rest, ...way, location: null })),
  },
  fc.record({ operationId, undoes: operationId }),
);
const operations = fc.uniqueArray(operation, { selector: ({ operationId: id }) => id, maxLength: 20 });

const stateOf = (all: readonly Operation[]) => {
  const { build } = after(...all.map((entry) => record(entry)));
  return { balances: Object.fromEntries(balancesOf(build.ledger)), due: build.ledger.due.toSorted() };
};

describe('laws of the ledger of a build', () => {
  it('no piece appears or vanishes: the accounts of a lot add up to none', () => {
    fc.assert(
      fc.property(operations, (all) => {
        for (const balance of Object.values(stateOf(all).balances))
          expect(Object.values(balance).reduce((sum, quantity) => sum + quantity, 0)).to.equal(0);
      }),
    );
  });

  it('devices merge to the same, in any order, in any portions, and whatever is sent twice', () => {
    const deliveries = operations.chain((all) =>
      fc.record({
        all: fc.constant(all),
        order: fc.shuffledSubarray(all, { minLength: all.length }),
        repeats: fc.subarray(all),
        cut: fc.integer({ min: 0, max: all.length }),
      }),
    );
    fc.assert(
      fc.property(deliveries, ({ all, order, repeats, cut }) => {
        const { build } = after(record(...order.slice(0, cut)), record(...repeats), record(...order.slice(cut)));
        const due = build.ledger.due.toSorted();
        expect({ balances: Object.fromEntries(balancesOf(build.ledger)), due }).to.deep.equal(stateOf(all));
      }),
    );
  });

  it('every undo leaves the build as if its operation had never been', () => {
    fc.assert(
      fc.property(operations, (all) => {
        const transfers = all.filter((entry) => !('undoes' in entry));
        const undos = transfers.map(({ operationId: id }) => undo(`undo ${id}`, id));
        expect(stateOf([...transfers, ...undos]).balances).to.deep.equal({});
        expect(stateOf([...undos, ...transfers]).balances).to.deep.equal({});
      }),
    );
  });

  it('taking apart leaves nothing placed or reserved, and nothing else changes', () => {
    fc.assert(
      fc.property(operations, (all) => {
        const before = after(...all.map((entry) => record(entry)));
        const apart = after(...all.map((entry) => record(entry)), takeApart('apart'));
        expect(lotsOn(apart.build.ledger, 'placed')).to.deep.equal([]);
        expect(lotsOn(apart.build.ledger, 'reserved')).to.deep.equal([]);
        for (const account of ['damaged', 'lost'] as const)
          expect(lotsOn(apart.build.ledger, account)).to.deep.equal(lotsOn(before.build.ledger, account));
      }),
    );
  });

  it('the stock follows each transfer from or to it, once, and its undo', () => {
    fc.assert(
      fc.property(operations, (all) => {
        const { build } = after(...all.map((entry) => record(entry)));
        const transfers = all.filter((entry): entry is Transfer => !('undoes' in entry) && touchesStock(entry));
        expect(build.ledger.due.toSorted()).to.deep.equal(transfers.map(({ operationId: id }) => id).toSorted());
        for (const entry of transfers)
          expect(stockChangeOf(entry).every(({ quantity }) => quantity !== 0)).to.equal(true);
      }),
    );
  });
});
