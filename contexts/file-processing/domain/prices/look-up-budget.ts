import { reject, type Decider } from '@lego-moc/kernel/decider';
import type { Message } from '@lego-moc/kernel/message';

/** Calls to a source were set aside for one batch; a crash between this and the calls loses them for the day. */
export type LookUpsReserved = Message<'LookUpsReserved', { reservationId: string; count: number }>;

/** `dailyMax` is the source's limit for the key of one user. */
export type ReserveLookUps = Message<'ReserveLookUps', { reservationId: string; count: number; dailyMax: number }>;

export type LookUpBudgetRejection = 'budget-spent';

/** The calls that one user's key has made, or may have made, on one day. */
export type LookUpBudget = { readonly reserved: number; readonly reservations: readonly string[] };

/** One user's calls to one source on one day (UTC): the source counts by key, whatever instance calls. */
export const lookUpBudgetDecider: Decider<ReserveLookUps, LookUpBudget, LookUpsReserved, LookUpBudgetRejection> = {
  initial: { reserved: 0, reservations: [] },
  decide: ({ data: { reservationId, count, dailyMax } }, { reserved, reservations }) => {
    if (reservations.includes(reservationId)) return [];
    if (reserved + count > dailyMax)
      return reject('budget-spent', `The source takes ${dailyMax} calls a day; ask for the rest tomorrow.`);
    return [{ type: 'LookUpsReserved', data: { reservationId, count } }];
  },
  evolve: ({ reserved, reservations }, { data: { reservationId, count } }) => ({
    reserved: reserved + count,
    reservations: [...reservations, reservationId],
  }),
};
