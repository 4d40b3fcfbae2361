import type { Readable } from 'node:stream';
import type { Cause } from '@lego-moc/application/event-streams';
import type { ExportReport } from '@lego-moc/file-processing/contracts/export-api';
import type { EstimateReply } from '@lego-moc/file-processing/contracts/price-api';
import type { UserId } from '@lego-moc/kernel/message';
import type { Piece } from '../../domain/lots.ts';

export type ExportTarget = ExportReport['target'];
export type PieceQuantity = Piece & { readonly quantity: number };

export type ExportFile = { readonly headers: Readonly<Record<string, string>>; readonly content: Readable };

/** Lists in the formats of other programs, and what they cost, as the service that reads and writes files has them. */
export interface ListExporter {
  report(lots: readonly PieceQuantity[], target: ExportTarget, cause: Cause): Promise<ExportReport>;
  /** A file named `name`, with the ending of the target; `nothing-to-export` when that can take none of the lots. */
  write(
    name: string,
    lots: readonly PieceQuantity[],
    target: ExportTarget,
    cause: Cause,
  ): Promise<ExportFile | 'nothing-to-export'>;
  /** By the prices that the reader may use. */
  estimate(lots: readonly PieceQuantity[], reader: UserId, cause: Cause): Promise<EstimateReply>;
}
