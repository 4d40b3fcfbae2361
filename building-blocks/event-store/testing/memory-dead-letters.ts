import type { Instant } from '@lego-moc/kernel/message';
import type { DeadLetter, DeadLetters } from '../dead-letters/dead-letters.ts';
import type { DeliveredEvent } from '../delivered-event.ts';

/** A dead letter that carries this text in its event. */
export const deadLetter = (number: number, text: string, changes: Partial<DeadLetter> = {}): DeadLetter => {
  const event: DeliveredEvent = {
    ...{ stream: 'box-1', revision: BigInt(number), position: 99n, eventId: `e${String(number)}`, retryCount: 0 },
    ...{ type: 'toys.BrickAdded', data: { part: text, studs: 4 } },
    recordedAt: '2026-01-01T12:00:00.000Z' as Instant,
    cause: { commandId: 'c', correlationId: 'k', actor: 'ada' },
  };
  return {
    ...{ id: `${String(number)}:box-1`, number: BigInt(number), link: `${String(number)}@box-1`, event },
    ...{ reason: 'Error: No such part', frame: undefined, groupKey: 'g1', attempts: 1, discardedAt: null },
    parkedAt: '2026-01-01T12:00:00.000Z' as Instant,
    ...changes,
  };
};

/** Dead letters in memory: a replay handles all but those whose ids are in `poison`. */
export const memoryDeadLetters = (
  messages: readonly DeadLetter[],
  poison: ReadonlySet<string> = new Set(),
): DeadLetters & { readonly commands: readonly string[] } => {
  let letters = [...messages];
  const outcomes = new Map<string, { readonly count: number; readonly failed: number }>();
  const commands: string[] = [];
  const change = (ids: ReadonlySet<string>, discardedAt: Instant | null): void => {
    letters = letters.map((letter) => (ids.has(letter.id) ? { ...letter, discardedAt } : letter));
  };
  return {
    commands,
    list: () => Promise.resolve(letters),
    count: () => Promise.resolve({ open: letters.length, hidden: 0 }),
    outcomeOf: (commandId) => Promise.resolve(outcomes.get(commandId)),
    replay: (ids, { commandId }, onProgress) => {
      const failures = letters.filter(({ id }) => ids.has(id) && poison.has(id));
      letters = letters.filter(({ id }) => !ids.has(id) || poison.has(id));
      const result = { replayed: ids.size - failures.length, failed: failures.length, total: ids.size };
      onProgress?.({ replayed: 0, failed: 0, total: ids.size });
      commands.push(`replay ${[...ids].join(' ')}`);
      outcomes.set(commandId, { count: result.replayed, failed: result.failed });
      return Promise.resolve(result);
    },
    discard: (ids, { commandId }) => {
      change(ids, new Date().toISOString() as Instant);
      commands.push(`discard ${[...ids].join(' ')}`);
      outcomes.set(commandId, { count: ids.size, failed: 0 });
      return Promise.resolve();
    },
    restore: (ids, { commandId }) => {
      change(ids, null);
      commands.push(`restore ${[...ids].join(' ')}`);
      outcomes.set(commandId, { count: ids.size, failed: 0 });
      return Promise.resolve();
    },
  };
};
