import { Router, type Request } from 'express';
import type { EventStreams } from '@lego-moc/application/event-streams';
import { foldedStates } from '@lego-moc/application/folded-states';
import { causeOf } from '@lego-moc/http/cause';
import { userOf } from '@lego-moc/http/caller';
import { noContent, ok } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import { derivedId } from '@lego-moc/kernel/ids';
import { isRefused, type VersionReading } from '../../application/version-reading.ts';
import type { MocId } from '../../domain/moc-events.ts';
import { readingDecider, type VersionSeen } from '../../domain/reading.ts';
import { refusal } from './rejection-status.ts';
import { markSeen, readLastSeen } from './version-contracts.ts';

/** Which versions of MOCs their readers have seen. */
export const lastSeenRoutes = (versions: VersionReading, readings: EventStreams<VersionSeen>): Router => {
  const readingStates = foldedStates(readingDecider, readings);
  const readingId = (request: Request, mocId: string): string => derivedId('reading', userOf(request).id, mocId);

  return Router().use(
    route(readLastSeen, async ({ request, params: { mocId } }) => {
      const result = await versions.mocOf(mocId as MocId, userOf(request).id);
      if (isRefused(result)) return refusal(result);
      const lastSeen = (await readingStates.latest(readingId(request, mocId))).state.version;
      const current = result.moc.versions.length;
      return ok({ lastSeen, current, isChanged: current > lastSeen });
    }),

    route(markSeen, async ({ request, params: { mocId }, body: { version } }) => {
      const result = await versions.content(mocId as MocId, userOf(request).id, String(version));
      if (isRefused(result)) return refusal(result);
      await readingStates.handle(readingId(request, mocId), { type: 'MarkSeen', data: { version } }, causeOf(request));
      return noContent();
    }),
  );
};
