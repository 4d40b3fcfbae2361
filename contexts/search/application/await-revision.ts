import { setTimeout as sleep } from 'node:timers/promises';
import type { UserId } from '@lego-moc/kernel/message';
import type { FindRevision, LeastRevision } from './ports/document-revisions.ts';
import type { OwnWrite } from './ports/own-writes.ts';

const LOOK_EVERY_MS = 50;
/** Events are indexed within moments; whoever waits longer asks again. */
const LOOKS_MAX = 20;

/** The document once it is indexed as `least` demands; `undefined` when it is not within a second. */
export const awaitRevision = async (
  find: FindRevision,
  { id, revision }: LeastRevision,
  by: UserId,
): Promise<OwnWrite | undefined> => {
  for (let looks = 1; ; looks += 1) {
    const write = await find(id, by);
    if (write !== undefined && write.revision >= revision) return write;
    if (looks === LOOKS_MAX) return undefined;
    await sleep(LOOK_EVERY_MS);
  }
};
