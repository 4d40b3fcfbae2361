import { Router } from 'express';
import { z } from 'zod';
import { userOf } from '@lego-moc/http/caller';
import { causeOf } from '@lego-moc/http/cause';
import { ok, problem, streamReply, type Reply } from '@lego-moc/http/respond';
import { defineRoute, route } from '@lego-moc/http/route-contract';
import { isRejection, type Rejection } from '@lego-moc/kernel/decider';
import { findMissingLots, type MissingDependencies, type MissingRejection } from '../../application/missing-lots.ts';
import type { ListExporter } from '../../application/ports/list-exporter.ts';
import { missingLotsExportQuery, missingLotsQuery, missingLotsReply } from '../../contracts/missing-lots-api.ts';
import { TOO_MANY_QUESTIONS } from './buildability-contracts.ts';
import { aboutJob } from './job-problems.ts';
import type { AnswerInTurn } from './questions-in-flight.ts';

const tags = ['Shopping'];
const params = z.object({ jobId: z.uuid() });
const PROBLEMS = {
  404: { description: 'job-not-found: you have no such job' },
  422: { description: 'too-many-lots' },
  ...TOO_MANY_QUESTIONS,
};

export const readMissingLots = defineRoute({
  ...{ method: 'get', path: '/v1/inventory/jobs/:jobId/missing-lots', tags, params, query: missingLotsQuery },
  summary: 'What a parts list has that the own pieces lack',
  replies: {
    200: { description: 'The missing pieces, and what their file would leave out', schema: missingLotsReply },
    ...PROBLEMS,
    409: { description: 'job-not-completed' },
  },
});

export const exportMissingLots = defineRoute({
  ...{ method: 'get', path: '/v1/inventory/jobs/:jobId/missing-lots/export', tags, params },
  query: missingLotsExportQuery,
  summary: 'What a parts list has that the own pieces lack, as a file for another program',
  replies: {
    200: { description: 'The file, or a zip of several', mediaType: '*/*' },
    ...PROBLEMS,
    409: { description: 'job-not-completed or nothing-to-export: there is no such file' },
  },
});

export const MISSING_LOTS_CONTRACTS = [readMissingLots, exportMissingLots];

export type MissingLotsRoutes = MissingDependencies & {
  readonly exporter: Pick<ListExporter, 'report' | 'write'>;
  readonly answerInTurn: AnswerInTurn;
};

const toProblem = ({ rejected, because, details }: Rejection<MissingRejection>): Reply =>
  rejected === 'too-many-lots' ? problem(422, rejected, because, { members: { ...details } }) : aboutJob(rejected);

/** `castle.xml` as the name of the file of what it misses, without an ending and no longer than exports may be named. */
const nameOf = (fileName: string): string => `${fileName.replace(/\.[A-Za-z0-9]{1,6}$/, '').slice(0, 90)}-missing`;

/** Routes that say what one parts list misses. */
export const missingLotsRoutes = ({ exporter, answerInTurn, ...needs }: MissingLotsRoutes): Router => {
  const find = findMissingLots(needs);

  return Router().use(
    route(readMissingLots, ({ request, params: { jobId }, query: { target, relations, colour, reservations } }) =>
      answerInTurn(userOf(request).id, async () => {
        const [reader, cause] = [userOf(request).id, causeOf(request)];
        const missing = await find(reader, { jobId, reservations, tolerance: { relations, colour } }, cause);
        if (isRejection<MissingRejection>(missing)) return toProblem(missing);
        const { release, inventoryRevision, progress, lots } = missing;
        const report = target === undefined || lots.length === 0 ? null : await exporter.report(lots, target, cause);
        return ok({ catalogueRelease: release, inventoryRevision, progress, lots: [...lots], export: report });
      }),
    ),

    route(exportMissingLots, ({ request, params: { jobId }, query: { target, relations, colour, reservations } }) =>
      answerInTurn(userOf(request).id, async () => {
        const [reader, cause] = [userOf(request).id, causeOf(request)];
        const missing = await find(reader, { jobId, reservations, tolerance: { relations, colour } }, cause);
        if (isRejection<MissingRejection>(missing)) return toProblem(missing);
        const { fileName, lots } = missing;
        const file =
          lots.length === 0 ? 'nothing-to-export' : await exporter.write(nameOf(fileName), lots, target, cause);
        return file === 'nothing-to-export'
          ? problem(409, file, 'Nothing is missing that the target can take.')
          : streamReply(file.content, { ...file.headers, 'cache-control': 'no-store' });
      }),
    ),
  );
};
