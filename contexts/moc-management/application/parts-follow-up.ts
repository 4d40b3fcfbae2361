import type { Clock } from '@lego-moc/application/clock';
import type { HandleCommand } from '@lego-moc/application/command-handler';
import { newId } from '@lego-moc/application/new-id';
import { after } from '@lego-moc/kernel/instant';
import type { Instant } from '@lego-moc/kernel/message';
import type { MocCommand } from '../domain/moc-commands.ts';
import type { MocId } from '../domain/moc-events.ts';
import type { MocRejection } from '../domain/moc.ts';
import { commandFor } from './parts-results.ts';
import type { PartsReader, PartsToRead } from './ports/parts-reader.ts';

/** A MOC by its place among those with lists without a result, the longest unchanged first. */
export type OverduePlace = { readonly updatedAt: string; readonly mocId: MocId };

/**
 * Parts lists without a result, of MOCs that have not changed since `instant`: a bounded number, those behind `after`
 * first. `last` is where the next ones begin, if there are more.
 */
export type OverdueParts = (
  instant: Instant,
  after?: OverduePlace,
) => Promise<{ readonly parts: readonly PartsToRead[]; readonly last?: OverduePlace }>;

/** Longer than reading usually takes, so that the result normally arrives by itself. */
export const FOLLOW_UP_AFTER_MS = 2 * 60_000;

type FollowUp = {
  readonly overdue: OverdueParts;
  readonly partsReader: PartsReader;
  readonly mocs: HandleCommand<MocCommand, MocRejection>;
  readonly now: Clock;
  readonly onFailure: (parts: PartsToRead, error: unknown) => void;
};

/**
 * Fetches the results of parts lists whose message did not arrive, and requests the reading of a list whose job is not
 * known: no MOC waits for an operator. A list whose owner has to decide is among them, since the result after the
 * decision may be lost as well. One round, to be repeated; `stop` ends it between two lists. A round begins where the
 * one before it ended, so that lists that nobody decides on keep no others waiting.
 */
export const followUpParts = ({ overdue, partsReader, mocs, now, onFailure }: FollowUp) => {
  let place: OverduePlace | undefined;
  return async (stop?: AbortSignal): Promise<void> => {
    const { parts: all, last } = await overdue(after(now(), -FOLLOW_UP_AFTER_MS), place);
    place = last;
    for (const parts of all) {
      if (stop?.aborted === true) return;
      const cause = { commandId: newId(), correlationId: parts.list.jobId, actor: 'parts-follow-up' };
      try {
        const result = await partsReader.result(parts.list.jobId, cause);
        if (result === undefined) await partsReader.request(parts, cause);
        const command = result === undefined || result === 'pending' ? undefined : commandFor(result);
        if (command !== undefined) await mocs(parts.mocId, command, cause);
      } catch (error) {
        onFailure(parts, error);
      }
    }
  };
};
