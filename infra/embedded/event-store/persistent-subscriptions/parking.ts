import { setTimeout as pause } from 'node:timers/promises';
import type { EventLog } from '../storage/event-log.ts';
import type { Message } from './group/message.ts';
import type { GroupSource } from './group-source.ts';
import { link, linkText } from './system-events.ts';

/** As often as EventStoreDB tries. */
const ATTEMPTS_MAX = 5;
const PAUSE_MS = 200;

/** Parks messages in `stream` as links to their events. False when the log took none of the attempts. */
export const parkWith =
  (log: EventLog, stream: string, source: GroupSource) =>
  async ({ logPosition, origin }: Message, reason: string): Promise<boolean> => {
    const { event, link: sourceLink } = source.load(logPosition, origin);
    const subject = sourceLink ?? event;
    if (subject === undefined) return true;
    // A link whose target is gone is parked as what it says, so that a replay finds the target gone as well.
    const text = event === undefined ? Buffer.from(subject.data).toString('utf8') : linkText(event);
    const metadata = {
      added: new Date().toISOString(),
      reason,
      subscriptionEventNumber: Number(subject.revision),
    };
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      try {
        await link(log, stream, text, metadata);
        return true;
      } catch {
        if (attempt < ATTEMPTS_MAX) await pause(PAUSE_MS, undefined, { ref: false });
      }
    }
    return false;
  };
