import { reject } from '@lego-moc/kernel/decider';
import type { DivideItem, ItemDecision } from './inventory-item-commands.ts';
import type { Section } from './inventory-item-events.ts';
import { mergeLots, nameOf, piecesIn, type LotKey, type LotQuantity } from './lots.ts';
import { lotNotFound, usableOf, type TrackedItem } from './tracked-item.ts';

/** More steps than most models have. */
export const SECTIONS_MAX = 1_000;
/** Of all sections together; an event holds as many. */
export const SECTION_LOTS_MAX = 10_000;

/** A lot of a section: how many of its pieces belong there, and how many of them are there. */
export type SectionLot = { readonly lot: LotKey; readonly needed: number; readonly usable: number };

export type SectionStatus = Pick<Section, 'kind' | 'name'> & {
  readonly needed: number;
  readonly usable: number;
  /** Whole per cent, rounded down. */
  readonly percentage: number;
  readonly lots: readonly SectionLot[];
};

const shareOut = (sections: readonly Section[], { lots }: Pick<TrackedItem, 'lots'>): readonly SectionStatus[] => {
  const free = new Map(lots.map((lot) => [lot.lot, usableOf(lot)]));
  return sections.map(({ kind, name, lots: parts }) => {
    const sectionLots = parts.map(({ lot, quantity: needed }): SectionLot => {
      const usable = Math.min(needed, free.get(lot) ?? 0);
      free.set(lot, (free.get(lot) ?? 0) - usable);
      return { lot, needed, usable };
    });
    const neededPieces = piecesIn(parts);
    const usable = sectionLots.reduce((sum, lot) => sum + lot.usable, 0);
    const percentage = Math.floor((usable * 100) / neededPieces);
    return { kind, name, needed: neededPieces, usable, percentage, lots: sectionLots };
  });
};

/**
 * What is there for each bag and step, in their order. Usable pieces fill the bags from the first to the last, and so the
 * steps: as far as the steps are complete, the model can be built.
 */
export const sectionStatuses = (item: Pick<TrackedItem, 'lots' | 'sections'>): readonly SectionStatus[] => {
  const of = (kind: Section['kind']) => item.sections.filter((section) => section.kind === kind);
  return [...shareOut(of('bag'), item), ...shareOut(of('step'), item)];
};

const excessOf = (sections: readonly Section[], { lots }: TrackedItem): LotQuantity | LotKey | undefined => {
  const limits = new Map(lots.map((lot) => [lot.lot, lot.needed]));
  for (const { lot, quantity } of mergeLots(sections.flatMap((section) => section.lots))) {
    const limit = limits.get(lot);
    if (limit === undefined) return lot;
    if (quantity > limit) return { lot, quantity };
  }
  return undefined;
};

/** Replaces all sections. No bag has a piece of another one, and no step. */
export const divideItem = ({ data }: DivideItem, item: TrackedItem): ItemDecision => {
  const sections = data.sections.map((section) => ({ ...section, lots: mergeLots(section.lots) }));
  if (sections.reduce((sum, { lots }) => sum + lots.length, 0) > SECTION_LOTS_MAX)
    return reject('too-many-lots', `All sections have at most ${String(SECTION_LOTS_MAX)} lots together.`, {
      lotsMax: SECTION_LOTS_MAX,
    });
  for (const kind of ['bag', 'step'] as const) {
    const excess = excessOf(
      sections.filter((section) => section.kind === kind),
      item,
    );
    if (typeof excess === 'string') return lotNotFound(excess);
    if (excess !== undefined)
      return reject(
        'sections-exceed-needed',
        `${nameOf(excess.lot)}: the ${kind}s have ${String(excess.quantity)} pieces together, more than are needed.`,
      );
  }
  if (JSON.stringify(sections) === JSON.stringify(item.sections)) return [];
  const { itemId, owner } = item;
  return [{ type: 'ItemDivided', data: { itemId, owner, sections, at: data.at } }];
};
