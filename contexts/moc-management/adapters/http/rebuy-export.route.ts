import type { Router } from 'express';
import { LISTED_LOTS_MAX } from '@lego-moc/file-processing/contracts/list-api';
import { causeOf } from '@lego-moc/http/cause';
import { userOf } from '@lego-moc/http/caller';
import { problem, streamReply } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import type { ListWriter } from '../../application/ports/list-writer.ts';
import { isRefused, NEWEST, type VersionReading } from '../../application/version-reading.ts';
import type { MocId } from '../../domain/moc-id.ts';
import { refusal } from './rejection-status.ts';
import { exportRebuy } from './version-contracts.ts';

const nothingToExport = problem(409, 'nothing-to-export', 'There is nothing that the target can take.');
const tooManyLots = problem(422, 'too-many-lots', `A file takes ${String(LISTED_LOTS_MAX)} lots at most.`);

/** Long enough to tell files apart, and no longer than exports may be named. */
const TITLE_LENGTH_MAX = 80;

/** What somebody who has the parts of one version buys for another one, or has left over, as a file. */
export const rebuyExportRoute = (versions: Pick<VersionReading, 'content' | 'rebuy'>, writer: ListWriter): Router =>
  route(exportRebuy, async ({ request, params: { mocId, version }, query: { to = NEWEST, list, target } }) => {
    const contentOf = (name: string) => versions.content(mocId as MocId, userOf(request).id, name);
    const [before, after] = [await contentOf(version), await contentOf(to)];
    if (isRefused(before)) return refusal(before);
    if (isRefused(after)) return refusal(after);
    const rebuy = await versions.rebuy(before, after, causeOf(request));
    if (isRefused(rebuy)) return refusal(rebuy);
    const lots = list === 'buy' ? rebuy.buy : rebuy.leftOver;
    if (lots.length > LISTED_LOTS_MAX) return tooManyLots;
    const name = `${before.title.slice(0, TITLE_LENGTH_MAX)}-${list}`.toWellFormed();
    const file = await writer.write(name, lots, target, causeOf(request));
    return file === 'nothing-to-export'
      ? nothingToExport
      : streamReply(file.content, { ...file.headers, 'cache-control': 'no-store' });
  });
