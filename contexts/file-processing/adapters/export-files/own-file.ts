import { parse } from 'csv-parse/sync';
import type { ExportTargetName } from '../../domain/export-target.ts';
import { isFormula } from '../../domain/formula.ts';
import type { IsOwnFile } from '../../application/ports/list-writer.ts';

/** How the files begin that the target's program writes itself; other programs write the same formats otherwise. */
const OWN_START: { readonly [Name in ExportTargetName]?: RegExp } = {
  'bricklink-xml': /^(?:<\?xml[^<>]{0,100}\?>\s{0,9})?<INVENTORY>/,
  // Rebrickable's download for BrickStore has no document type.
  'brickstore-xml':
    /^(?:<\?xml[^<>]{0,100}\?>\s{0,9})?(?:<!DOCTYPE BrickSt(?:ore|ock)XML>\s{0,9})?<BrickSt(?:ore|ock)XML>/,
  ldraw: /^0 /,
  'pick-a-brick-csv': /^elementId,quantity\r?\n/,
  'pick-a-brick-json': /^\[/,
  'rebrickable-csv': /^Part,Color,Quantity(?:,Is Spare)?\r?\n/,
  'studio-csv': /^BLItemNo,ElementId,LdrawId,PartName,BLColorId,/,
};

/** An upload to a store, and no wanted list. */
const STOCK = '<QTY>';

const hasFormula = (csv: string): boolean =>
  parse(csv, { relax_column_count: true, relax_quotes: true }).some((row) => row.some(isFormula));

/** Whether the target's program wrote the file itself, and no cell of it would run as a formula. */
export const isOwnFile: IsOwnFile = (target, content) => {
  const text = Buffer.from(content).toString('utf8');
  if (OWN_START[target]?.test(text) !== true) return false;
  if (target === 'bricklink-xml') return !text.includes(STOCK);
  return !target.endsWith('csv') || !hasFormula(text);
};
