import { openAsBlob } from 'node:fs';
import { basename } from 'node:path';
import type { z } from 'zod';
import { jobReply, type JobReply } from '@lego-moc/file-processing/contracts/http-api';
import { historyReply, mocReply, type MocReply } from '@lego-moc/moc-management/contracts/http-api';
import { searchPage } from '@lego-moc/search/contracts/http-api';
import { pollUntil } from '@lego-moc/application/poll-until';
import { GatewayProblem, type GatewayClient } from './gateway-client.ts';

export type MocFiles = {
  readonly instructions: string;
  readonly photo: string;
  readonly partsLists: readonly string[];
};

/** A MOC with its files as a multipart form; the files are read when it is sent. */
export const form = async (title: string, { instructions, photo, partsLists }: MocFiles): Promise<FormData> => {
  const body = new FormData();
  body.set('title', title);
  body.set('description', 'Stands on the quay, lifts what the ships bring, and squeaks a little.');
  body.set('theme', 'Harbour');
  body.set('tags', 'crane,demo');
  body.set('instructionsFile', await openAsBlob(instructions, { type: 'application/pdf' }), basename(instructions));
  body.set('thumbnail', await openAsBlob(photo, { type: 'image/png' }), basename(photo));
  for (const file of partsLists) body.append('partsLists', await openAsBlob(file), basename(file));
  return body;
};

/** A builder may run several demos, and has no two MOCs of one title. */
const TITLES_TRIED_MAX = 1_000;

export type UploadResult = { readonly moc: MocReply; readonly sentAt: number };

/** Sends everything in one request; takes the next free title when this one has been used before. */
export const uploadMoc = async (gateway: GatewayClient, title: string, files: MocFiles): Promise<UploadResult> => {
  for (let number = 1; ; number += 1) {
    const body = await form(number === 1 ? title : `${title} ${number}`, files);
    const sentAt = Date.now();
    try {
      return { moc: await gateway.post('/api/mocs/with-files', body, mocReply), sentAt };
    } catch (error) {
      const isTitleTaken = error instanceof GatewayProblem && error.code === 'title-taken';
      if (!isTitleTaken || number === TITLES_TRIED_MAX) throw error;
    }
  }
};

/** Waits until every parts list is read, reporting the progress of each. */
export const awaitCounts = (
  gateway: GatewayClient,
  { mocId, revision }: Pick<MocReply, 'mocId' | 'revision'>,
  report: (line: string) => void,
): Promise<MocReply> => {
  const lastStatuses = new Map<string, string>();
  const readMoc = async (): Promise<MocReply> => {
    // No older than the answer to the upload: the read model may not have followed all of it yet.
    const moc = await gateway.get(`/api/mocs/${mocId}?atLeastRevision=${revision}`, mocReply);
    for (const { partsListId, title, status } of moc.partsLists) {
      if (lastStatuses.get(partsListId) !== status) report(`parts list ${title}: ${status}`);
      lastStatuses.set(partsListId, status);
    }
    return moc;
  };
  return pollUntil(
    'Reading the parts lists',
    readMoc,
    ({ partsLists }) => partsLists.every(({ status }) => status !== 'processing'),
    120_000,
  );
};

export const jobOf = (gateway: GatewayClient, jobId: string): Promise<JobReply> =>
  gateway.get(`/api/jobs/${jobId}`, jobReply);

/** Waits until a search for the title finds the MOC. */
export const awaitSearchHit = async (gateway: GatewayClient, { mocId, title }: MocReply): Promise<void> => {
  await pollUntil(
    'Finding the MOC',
    () => gateway.get(`/api/search?q=${encodeURIComponent(title)}`, searchPage),
    ({ items }) => items.some((item) => item.type === 'moc' && item.mocId === mocId),
  );
};

export type History = z.infer<typeof historyReply>['events'];

export const historyOf = async (gateway: GatewayClient, mocId: string): Promise<History> =>
  (await gateway.get(`/api/mocs/${mocId}/history`, historyReply)).events;
