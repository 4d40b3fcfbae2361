import type { Section } from '../inventory-item-events.ts';
import type { LotKey, LotQuantity } from '../lots.ts';
import { sectionKeyOf, sectionNameOf, type SectionKey } from '../section-keys.ts';
import { balancesOf, sectionBalancesOf, type Balance, type Ledger } from './ledger.ts';

const COUNTS = ['needed', 'reserved', 'placed', 'missing', 'damaged', 'lost'] as const;
export type SectionCounts = Readonly<Record<(typeof COUNTS)[number], number>>;

export type BuildSectionLot = SectionCounts & { readonly lot: LotKey };
export type BuildSection = SectionCounts &
  Pick<Section, 'kind' | 'name'> & { readonly lots: readonly BuildSectionLot[] };

type RecordedLots = ReadonlyMap<LotKey, Balance>;

const recordedSections = (ledger: Ledger): ReadonlyMap<SectionKey, RecordedLots> => {
  const sections = new Map<SectionKey, Map<LotKey, Balance>>();
  for (const { section, lot, balance } of sectionBalancesOf(ledger))
    sections.set(section, (sections.get(section) ?? new Map<LotKey, Balance>()).set(lot, balance));
  return sections;
};

/** Takes pieces from the accounts of the ledger, for one section after the other, as long as there are some. */
const takeFrom = (ledger: Ledger) => {
  const accounts = new Map([...balancesOf(ledger)].map(([lot, balance]) => [lot, { ...balance }]));
  return (account: 'reserved' | 'placed' | 'damaged' | 'lost', lot: LotKey, piecesMax: number): number => {
    const balance = accounts.get(lot);
    if (balance === undefined) return 0;
    const quantity = Math.max(0, Math.min(piecesMax, balance[account]));
    balance[account] -= quantity;
    return quantity;
  };
};

const lotsOf = (neededLots: readonly LotQuantity[], recordedLots: RecordedLots) => {
  const quantities = new Map(neededLots.map(({ lot, quantity }) => [lot, quantity]));
  return [...new Set([...quantities.keys(), ...recordedLots.keys()])].map((lot) => ({
    ...{ lot, needed: quantities.get(lot) ?? 0, balance: recordedLots.get(lot) },
  }));
};

const NO_LOTS: RecordedLots = new Map();

const shareOut = (ledger: Ledger, sections: readonly Section[], records: ReadonlyMap<SectionKey, RecordedLots>) => {
  const take = takeFrom(ledger);
  return sections.map((section): BuildSection => {
    const { kind, name } = section;
    const recordedLots = records.get(sectionKeyOf(section)) ?? NO_LOTS;
    const lots = lotsOf(section.lots, recordedLots).map(({ lot, needed, balance }): BuildSectionLot => {
      const takeOf = (account: 'placed' | 'damaged' | 'lost') => take(account, lot, balance?.[account] ?? 0);
      const counts = { placed: takeOf('placed'), damaged: takeOf('damaged'), lost: takeOf('lost') };
      const reservedPieces = take('reserved', lot, needed - counts.placed);
      return {
        ...{ lot, needed, reserved: reservedPieces, ...counts },
        missing: Math.max(0, needed - counts.placed - reservedPieces),
      };
    });
    const sums = Object.fromEntries(COUNTS.map((count) => [count, lots.reduce((sum, lot) => sum + lot[count], 0)]));
    return { kind, name, ...(sums as SectionCounts), lots };
  });
};

const isInUse = (section: BuildSection): boolean => COUNTS.some((count) => section[count] > 0);

/**
 * What each bag and step of a build has: those that the item is divided into, in their order, then those that only
 * operations name. Placed, damaged and lost pieces are those of operations that name the section; reserved ones fill
 * the bags from the first to the last, and so the steps. Of the needed ones, those that are neither placed nor reserved
 * are missing. No figure exceeds what the ledger has on its account.
 */
export const buildSections = (ledger: Ledger, itemSections: readonly Section[]): readonly BuildSection[] => {
  const records = recordedSections(ledger);
  const itemKeys = new Set(itemSections.map(sectionKeyOf));
  const otherSections = [...records.keys()]
    .filter((section) => !itemKeys.has(section))
    .map((section): Section => ({ ...sectionNameOf(section), lots: [] }))
    .toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
  const sections = [...itemSections, ...otherSections];
  return (['bag', 'step'] as const)
    .flatMap((kind) =>
      shareOut(
        ledger,
        sections.filter((section) => section.kind === kind),
        records,
      ),
    )
    .filter(isInUse);
};
