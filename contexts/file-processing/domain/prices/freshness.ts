import { after } from '@lego-moc/kernel/instant';
import type { Instant } from '@lego-moc/kernel/message';
import type { Guide, PriceFigures } from './price-events.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Offers change by the day; sales are of six months, so a week changes them little. */
const FRESH_FOR_MS: { readonly [G in Guide]: number } = { stock: DAY_MS, sold: 7 * DAY_MS };

/** An item that nobody sells, or that the source does not know, is asked for again after a week. */
const NOTHING_FRESH_FOR_MS = 7 * DAY_MS;

export type DatedFigures = { readonly figures: PriceFigures; readonly observedAt: Instant };

/** Whether the figures are as good as those that a source would give now. */
export const isFresh = ({ figures, observedAt }: DatedFigures, guide: Guide, now: Instant): boolean =>
  after(observedAt, figures.unit === null ? NOTHING_FRESH_FOR_MS : FRESH_FOR_MS[guide]) > now;
