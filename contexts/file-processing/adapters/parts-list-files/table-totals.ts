import { isTotalRow } from '../../domain/columns.ts';
import type { Columns } from '../../domain/table-columns.ts';
import type { RepairCode } from '../../domain/findings.ts';

/** The digits of a quantity, to be added up and compared with the file's own total. */
export const amountIn = (text: string | undefined): number => {
  const amount = Number((text ?? '').replace(/[,'’ ]/g, ''));
  return Number.isFinite(amount) ? amount : 0;
};

/** The rows below a list: a total, or Studio's two rows, the names of the totals and their numbers. */
export class TableTotals {
  #sum = 0;
  #isNumberRowNext = false;

  add(quantity: string | undefined): void {
    this.#sum += amountIn(quantity);
  }

  /** The repair for a row that is no lot; `undefined` for a lot, `null` for the row of Studio's names. */
  read(row: readonly string[], columns: Columns): RepairCode | null | undefined {
    const quantity = this.#isNumberRowNext ? row[0] : row[columns.quantity ?? -1];
    if (!this.#isNumberRowNext && !isTotalRow(row, columns, this.#sum)) return undefined;
    this.#isNumberRowNext = !this.#isNumberRowNext && row.every((cell) => !/\d/.test(cell));
    if (this.#isNumberRowNext) return null;
    return amountIn(quantity) === this.#sum ? 'total-skipped' : 'total-differs';
  }
}
