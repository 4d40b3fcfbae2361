import { expect } from 'chai';
import fc from 'fast-check';
import type { Section } from '../inventory-item-events.ts';
import type { LotKey } from '../lots.ts';
import { sectionKeyOf, sectionNameOf, type SectionKey } from '../section-keys.ts';
import { buildSections } from './build-sections.ts';
import { addOperation, balancesOf, emptyLedger, placedLots } from './ledger.ts';
import { accounts, isWay, type Operation, type Transfer } from './operations.ts';

const RED = 'part:3001:4' as LotKey;
const [BAG_1, BAG_2] = ['bag:1', 'bag:2'] as SectionKey[] as [SectionKey, SectionKey];
const bag = (name: string, quantity: number): Section => ({ kind: 'bag', name, lots: [{ lot: RED, quantity }] });

let count = 0;
const move = (from: Transfer['from'], to: Transfer['to'], quantity: number, section?: SectionKey): Operation => {
  count += 1;
  return { operationId: String(count), from, to, location: null, lots: [{ lot: RED, quantity, section }] };
};
const ledgerOf = (...operations: readonly Operation[]) => operations.reduce(addOperation, emptyLedger);
const summary = (operations: readonly Operation[], sections: readonly Section[]) =>
  buildSections(ledgerOf(...operations), sections).map(
    ({ kind, name, needed, reserved, placed, missing, damaged, lost }) => [
      ...[`${kind} ${name}`, { needed, reserved, placed, missing, damaged, lost }],
    ],
  );

describe('what each bag of a build has', () => {
  it('misses everything until pieces are there, which fill the bags from the first to the last', () => {
    const nothingUsed = { placed: 0, damaged: 0, lost: 0 };
    expect(summary([], [bag('1', 3), bag('2', 2)])).to.deep.equal([
      ['bag 1', { needed: 3, reserved: 0, missing: 3, ...nothingUsed }],
      ['bag 2', { needed: 2, reserved: 0, missing: 2, ...nothingUsed }],
    ]);
    expect(summary([move('stock', 'reserved', 4)], [bag('1', 3), bag('2', 2)])).to.deep.equal([
      ['bag 1', { needed: 3, reserved: 3, missing: 0, ...nothingUsed }],
      ['bag 2', { needed: 2, reserved: 1, missing: 1, ...nothingUsed }],
    ]);
  });

  it('shows placed, damaged and lost pieces in the bag that their operations name', () => {
    const operations = [
      ...[move('stock', 'reserved', 5), move('reserved', 'placed', 1, BAG_2), move('reserved', 'lost', 1, BAG_2)],
      ...[move('reserved', 'damaged', 1, BAG_1), move('reserved', 'placed', 1)],
    ];
    expect(summary(operations, [bag('1', 3), bag('2', 2)])).to.deep.equal([
      ['bag 1', { needed: 3, reserved: 1, placed: 0, missing: 2, damaged: 1, lost: 0 }],
      ['bag 2', { needed: 2, reserved: 0, placed: 1, missing: 1, damaged: 0, lost: 1 }],
    ]);
  });

  it('lists bags that only operations name behind those of the item, by number', () => {
    const names = ['bag:10', 'bag:9', 'step:1'] as SectionKey[];
    const operations = names.map((section) => move('reserved', 'placed', 1, section));
    expect(summary(operations, [bag('12', 1)]).map(([name]) => name)).to.deep.equal([
      ...['bag 12', 'bag 9', 'bag 10', 'step 1'],
    ]);
  });

  it('reads names with colons', () => {
    const name = { kind: 'step', name: '1: the roof' } as const;
    expect(sectionNameOf(sectionKeyOf(name))).to.deep.equal(name);
  });
});

const lot = fc.constantFrom('part:1:1', 'part:2:').map((key) => key as LotKey);
const section = fc.constantFrom('bag:1', 'bag:2', 'step:1', undefined).map((key) => key as SectionKey | undefined);
const lots = fc.array(fc.record({ lot, section, quantity: fc.integer({ min: 1, max: 9 }) }), {
  ...{ minLength: 1, maxLength: 3 },
});
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
const itemSections = fc
  .array(fc.record({ lot, quantity: fc.integer({ min: 1, max: 9 }) }), { maxLength: 4 })
  .map((parts): readonly Section[] => parts.map((part, index) => ({ kind: 'bag', name: String(index), lots: [part] })));

describe('laws of the bags and steps of a build', () => {
  it('do not depend on the order in which operations become known', () => {
    const deliveries = operations.chain((all) =>
      fc.record({ all: fc.constant(all), order: fc.shuffledSubarray(all, { minLength: all.length }) }),
    );
    const byLot = (sections: ReturnType<typeof buildSections>) =>
      sections.map(({ lots: sectionLots, ...counts }) => ({
        ...{ ...counts, lots: sectionLots.toSorted((a, b) => (a.lot < b.lot ? -1 : 1)) },
      }));
    fc.assert(
      fc.property(deliveries, itemSections, ({ all, order }, sections) => {
        expect(byLot(buildSections(ledgerOf(...order), sections))).to.deep.equal(
          byLot(buildSections(ledgerOf(...all), sections)),
        );
      }),
    );
  });

  it('never show more pieces than the build has, and miss what is neither placed nor reserved', () => {
    fc.assert(
      fc.property(operations, itemSections, (all, sections) => {
        const ledger = ledgerOf(...all);
        const balances = new Map(balancesOf(ledger));
        const shownLots = buildSections(ledger, sections).flatMap(({ kind, lots: rows }) =>
          rows.map((row) => ({ ...row, kind })),
        );
        for (const row of shownLots) expect(row.missing).to.equal(Math.max(0, row.needed - row.placed - row.reserved));
        for (const [key, balance] of balances)
          for (const account of ['reserved', 'placed', 'damaged', 'lost'] as const)
            for (const kind of ['bag', 'step']) {
              const rows = shownLots.filter((row) => row.lot === key && row.kind === kind);
              const sum = rows.reduce((total, row) => total + row[account], 0);
              expect(sum).to.be.at.most(Math.max(0, balance[account]));
            }
      }),
    );
  });

  it('take every placed piece out of the model, each from its bag', () => {
    fc.assert(
      fc.property(operations, (all) => {
        const ledger = ledgerOf(...all);
        const removal: Transfer = {
          ...{ operationId: 'apart', from: 'placed', to: 'reserved', location: null },
          lots: [...placedLots(ledger)],
        };
        const apart = addOperation(ledger, removal);
        for (const [, balance] of balancesOf(apart)) expect(balance.placed).to.be.at.most(0);
        for (const { placed } of buildSections(apart, [])) expect(placed).to.equal(0);
      }),
    );
  });
});
