import { z } from 'zod';
import { defineRoute } from '@lego-moc/http/route-contract';
import { exportQuery, exportReport } from '../../contracts/export-api.ts';

const tags = ['file processing'];
const params = z.object({ jobId: z.uuid() });
const JOB_PROBLEMS = {
  404: { description: 'job-not-found: you have no such job' },
  410: { description: 'job-withdrawn: the parts list, or its MOC, was deleted or the list replaced' },
};

export const exportContract = defineRoute({
  method: 'get',
  path: '/v1/jobs/:jobId/export',
  summary: 'A parts list as a file for another program, or as a zip where its limits need several',
  tags,
  params,
  query: exportQuery,
  replies: {
    200: { description: 'The file, under its name', mediaType: '*/*' },
    ...JOB_PROBLEMS,
    409: { description: 'job-not-completed, nothing-to-export or export-too-large: there is no such file' },
  },
});

export const exportReportContract = defineRoute({
  method: 'get',
  path: '/v1/jobs/:jobId/export/report',
  summary: 'What an export would leave out, change or divide, without making it',
  tags,
  params,
  query: exportQuery,
  replies: {
    200: { description: 'The counts and every kind of loss', schema: exportReport },
    ...JOB_PROBLEMS,
    409: { description: 'job-not-completed or export-too-large: there is nothing to report on' },
  },
});
