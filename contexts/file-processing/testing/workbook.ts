import { utils, write } from '@e965/xlsx';

export type Sheet = readonly (readonly (string | number | boolean | null)[])[];

/** An Excel workbook (.xlsx) of these sheets, with shared strings as Excel writes them. */
export const workbookOf = (...sheets: readonly Sheet[]): Buffer => {
  const workbook = utils.book_new();
  sheets.forEach((rows, index) => {
    utils.book_append_sheet(workbook, utils.aoa_to_sheet(rows.map((row) => [...row])), `Sheet ${String(index + 1)}`);
  });
  return write(workbook, { type: 'buffer', bookType: 'xlsx', bookSST: true, compression: true }) as Buffer;
};
