import { createHash } from 'node:crypto';
import type { DeadLetter } from '@lego-moc/event-store/dead-letters/dead-letters';
import { msBetween } from '@lego-moc/kernel/instant';
import type { Instant } from '@lego-moc/kernel/message';
import type { BulkAction, Selection } from './contracts/dead-letters.ts';

/** How long a discard can be undone. */
const RESTORABLE_MS = 30 * 24 * 60 * 60_000;

const isCandidate = ({ discardedAt }: DeadLetter, action: BulkAction, now: Instant): boolean =>
  action === 'restore' ? discardedAt !== null && msBetween(discardedAt, now) <= RESTORABLE_MS : discardedAt === null;

const filterOf = (
  messages: readonly DeadLetter[],
  selection: Selection,
): ((message: DeadLetter, at: number) => boolean) => {
  if ('ids' in selection) {
    const ids = new Set(selection.ids);
    return ({ id }) => ids.has(id);
  }
  if ('group' in selection) return ({ groupKey }) => groupKey === selection.group;
  if ('all' in selection) return () => true;
  const last = messages.findIndex(({ id }) => id === selection.upTo);
  return (_message, at) => at <= last;
};

/** The messages that an action on a selection concerns now, the oldest first. */
export const select = (
  messages: readonly DeadLetter[],
  action: BulkAction,
  selection: Selection,
  now: Instant,
): readonly DeadLetter[] =>
  messages.filter(filterOf(messages, selection)).filter((message) => isCandidate(message, action, now));

/** Names an action on a set of messages: another action, target or set has another name. */
export const tokenOf = (action: BulkAction, target: string, messages: readonly DeadLetter[]): string =>
  createHash('sha256')
    .update(JSON.stringify([action, target, ...messages.map(({ id }) => id).toSorted()]))
    .digest('base64url');

/** Those that wait, by type, reason and place; the largest group first. */
export const groupsOf = (messages: readonly DeadLetter[]) => {
  const groups = [...Map.groupBy(messages, ({ groupKey }) => groupKey)].map(([key, members]) => {
    const times = members.flatMap(({ parkedAt }) => parkedAt ?? []).toSorted();
    return {
      key,
      type: members[0]?.event?.type ?? null,
      reason: members[0]?.reason ?? '',
      frame: members[0]?.frame ?? null,
      count: members.length,
      cameBack: members.filter(({ attempts }) => attempts > 1).length,
      firstAt: times[0] ?? null,
      lastAt: times.at(-1) ?? null,
    };
  });
  return groups.toSorted((group, other) => other.count - group.count);
};
