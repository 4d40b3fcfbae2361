import { Readable } from 'node:stream';
import { Router } from 'express';
import { ok, problem, streamReply, type Reply } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import { isRejection, type Rejection } from '@lego-moc/kernel/decider';
import { attachmentDisposition } from '@lego-moc/object-storage/content-disposition';
import type { ExportReport } from '../../contracts/export-api.ts';
import type { PlannedExport, PlanExport } from '../../application/plan-export.ts';
import type { ExportRejection, WriteExport } from '../../application/write-export.ts';
import { LOSS_DETAILS } from '../../domain/export-plan.ts';
import { EXPORT_TARGETS, type ExportTargetName } from '../../domain/export-target.ts';
import { exportContract, exportReportContract } from './export-contracts.ts';
import { completedList, isList, type FindJob } from './visible-job.ts';

export type ExportRoutes = { readonly find: FindJob; readonly plan: PlanExport; readonly write: WriteExport };

/** An export that is refused, as problem details. */
export const problemFor = ({ rejected: code, because }: Rejection<ExportRejection>): Reply =>
  problem(409, code, because);

/** A planned export as its reader gets it. */
export const reportOf = (
  target: ExportTargetName,
  { plan, fileName, files, original }: PlannedExport,
): ExportReport => {
  const { lots, pieces, lotsLeftOut, piecesLeftOut, losses } = plan;
  const { lotsPerFileMax, quantityPerLotMax } = EXPORT_TARGETS[target];
  return {
    ...{ target, fileName, files, lots, pieces, lotsLeftOut, piecesLeftOut },
    asUploaded: original !== undefined,
    limits: { lotsPerFileMax, quantityPerLotMax },
    losses: losses.map(({ first, ...loss }) => ({ ...loss, detail: LOSS_DETAILS[loss.code], first: [...first] })),
  };
};

/** Routes that give a list back in the format of a program, and say before what it would lose. */
export const exportRoutes = ({ find, plan, write }: ExportRoutes): Router =>
  Router()
    .use(
      route(exportReportContract, async ({ params: { jobId }, query: { target }, request }) => {
        const list = await completedList(find, request, jobId);
        if (!isList(list)) return list;
        const result = await plan(list, target);
        return isRejection(result) ? problemFor(result) : ok(reportOf(target, result));
      }),
    )
    .use(
      route(exportContract, async ({ params: { jobId }, query: { target }, request }) => {
        const list = await completedList(find, request, jobId);
        if (!isList(list)) return list;
        const file = await write(list, target);
        if (isRejection(file)) return problemFor(file);
        return streamReply(Readable.from(file.content), {
          'content-type': file.mediaType,
          'content-disposition': attachmentDisposition(file.fileName),
          'cache-control': 'no-store',
        });
      }),
    );
