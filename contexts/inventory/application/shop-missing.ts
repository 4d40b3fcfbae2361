import type { Cause } from '@lego-moc/application/event-streams';
import type { EstimateReply } from '@lego-moc/file-processing/contracts/price-api';
import type { ExportReport } from '@lego-moc/file-processing/contracts/export-api';
import { isRejection, reject, type Rejection } from '@lego-moc/kernel/decider';
import type { UserId } from '@lego-moc/kernel/message';
import { itemOfKey } from '../domain/buildability/item-key.ts';
import type { ShoppingLot } from '../domain/shopping/shopping-list.ts';
import type { BuildQuestion, BuildRejection, CheckMocs } from './check-mocs.ts';
import { findMissing, type MissingPieces } from './find-missing.ts';
import type { ExportFile, ExportTarget, ListExporter, PieceQuantity } from './ports/list-exporter.ts';

export type ShoppingRejection = BuildRejection | 'nothing-to-export';

export type ShoppingAnswer = MissingPieces & {
  /** What a file for the target would hold; null without a target, or when nothing is missing. */
  readonly report: ExportReport | null;
  readonly estimate: EstimateReply | null;
};

export type ShoppingWish = { readonly target: ExportTarget | undefined; readonly estimate: boolean };

const toPiece = ({ part, colour, quantity }: ShoppingLot): PieceQuantity => ({ ...itemOfKey(part), colour, quantity });

/** Says what lacks to build some MOCs together, and gives it as a file for a shop. */
export const shopMissing = (check: CheckMocs, exporter: ListExporter) => {
  const missingOf = findMissing(check);

  return {
    list: async (
      reader: UserId,
      question: BuildQuestion,
      { target, estimate }: ShoppingWish,
      cause: Cause,
    ): Promise<ShoppingAnswer | Rejection<ShoppingRejection>> => {
      const result = await missingOf(reader, question, cause);
      if (isRejection<BuildRejection>(result)) return result;
      const pieces = result.list.lots.map(toPiece);
      if (pieces.length === 0) return { ...result, report: null, estimate: null };
      const [report, costs] = await Promise.all([
        target === undefined ? null : exporter.report(pieces, target, cause),
        estimate ? exporter.estimate(pieces, reader, cause) : null,
      ]);
      return { ...result, report, estimate: costs };
    },

    file: async (
      reader: UserId,
      question: BuildQuestion,
      target: ExportTarget,
      cause: Cause,
    ): Promise<ExportFile | Rejection<ShoppingRejection>> => {
      const result = await missingOf(reader, question, cause);
      if (isRejection<BuildRejection>(result)) return result;
      const pieces = result.list.lots.map(toPiece);
      const file =
        pieces.length === 0 ? 'nothing-to-export' : await exporter.write('shopping-list', pieces, target, cause);
      return file === 'nothing-to-export'
        ? reject('nothing-to-export', 'Nothing is missing that the target can take.')
        : file;
    },
  };
};
