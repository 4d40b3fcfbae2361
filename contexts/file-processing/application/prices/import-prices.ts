import type { Clock } from '@lego-moc/application/clock';
import type { Cause } from '@lego-moc/application/event-streams';
import { isRejection, reject, type Rejection } from '@lego-moc/kernel/decider';
import type { UserId } from '@lego-moc/kernel/message';
import { SHOWN_MAX } from '../../domain/findings.ts';
import { PLATFORM, type Guide, type PriceOwner } from '../../domain/prices/price-events.ts';
import type { PriceOwnerRejection } from '../../domain/prices/price-owner.ts';
import type { PriceBook } from '../ports/price-book.ts';
import type { ReadPrices, RowFault } from '../ports/price-file.ts';
import type { RecordPrices } from './record-prices.ts';

export type PricesImport = {
  readonly read: ReadPrices;
  readonly record: RecordPrices;
  readonly book: Pick<PriceBook, 'count'>;
  /** Why no price may be kept for the user, if so. */
  readonly ownerRefusal: (owner: UserId) => Promise<Rejection<PriceOwnerRejection> | undefined>;
  readonly now: Clock;
};

export type ImportResult = {
  readonly imported: number;
  readonly repeated: number;
  readonly refused: { readonly count: number; readonly first: readonly RowFault[] };
};

export type ImportRejection = 'prices-unreadable' | 'too-many-prices' | PriceOwnerRejection;

export type ImportPrices = (
  owner: PriceOwner,
  file: { readonly csv: string; readonly guide: Guide },
  cause: Cause,
) => Promise<ImportResult | Rejection<ImportRejection>>;

/** All parts of a large collection in some markets; bounds what one user can store. */
const PRICES_MAX = 200_000;

/** Imports the prices of a CSV. The platform's own have no limit, since an operator imports them. */
export const importPrices =
  ({ read, record, book, ownerRefusal, now }: PricesImport): ImportPrices =>
  async (owner, { csv, guide }, cause) => {
    const refusal = owner === PLATFORM ? undefined : await ownerRefusal(owner);
    if (refusal !== undefined) return refusal;
    const file = read(csv, guide);
    if (isRejection(file)) return file;
    const { rows, faults, repeated } = file;
    if (owner !== PLATFORM && (await book.count(owner)) + rows.length > PRICES_MAX)
      return reject('too-many-prices', `At most ${PRICES_MAX.toLocaleString('en')} prices are kept for a user.`);
    await record(owner, rows, { source: 'file', observedAt: now() }, cause);
    return { imported: rows.length, repeated, refused: { count: faults.length, first: faults.slice(0, SHOWN_MAX) } };
  };
