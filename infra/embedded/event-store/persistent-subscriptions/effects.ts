import type { EventLog } from '../storage/event-log.ts';
import type { Effect, Input } from './group/group.ts';
import { checkpointStreamOf, formatPosition, keyOf, parkedStreamOf, type GroupDefinition } from './group-definition.ts';
import type { GroupSource } from './group-source.ts';
import { latestOnly } from './latest-only.ts';
import { skipWhileBusy } from './skip-while-busy.ts';
import { parkWith } from './parking.ts';
import { keepLastTwo, record, truncateBefore } from './system-events.ts';

/** A record that cannot be read holds up its group, not the node. */
const READ_AGAIN_MS = 5_000;

type Deliver = (effect: Extract<Effect, { do: 'deliver' }>) => void;

/** Carries out what a group decides and tells it how that went. Nothing is told to a group that has stopped. */
export const effectsOn = (
  log: EventLog,
  definition: GroupDefinition,
  source: GroupSource,
  deliver: Deliver,
  group: { readonly tell: (input: Input) => void; readonly isStopped: () => boolean },
): ((effect: Effect) => void) => {
  const key = keyOf(definition);
  const checkpointStream = checkpointStreamOf(key);
  const parkedStream = parkedStreamOf(key);
  const park = parkWith(log, parkedStream, source);
  const truncateParked = latestOnly((before: bigint) => truncateBefore(log, parkedStream, before));
  const writeCheckpoint = skipWhileBusy(async (position: bigint) => {
    if (group.isStopped()) return;
    const text = JSON.stringify(formatPosition(definition.stream, position));
    await record(log, checkpointStream, 'SubscriptionCheckpoint', text);
    await keepLastTwo(log, checkpointStream);
  });

  // A turn of the event loop between reads: groups and connections take turns, and reads do not recurse.
  const soon = (readPage: () => void): void => {
    setImmediate(() => {
      if (group.isStopped()) return;
      try {
        readPage();
      } catch (error) {
        console.error(`Persistent subscription ${key} cannot read on:`, error);
        setTimeout(() => soon(readPage), READ_AGAIN_MS).unref();
      }
    });
  };

  return (effect) => {
    switch (effect.do) {
      case 'deliver':
        deliver(effect);
        return;
      case 'read':
        soon(() => group.tell({ on: 'read', page: source.read(effect.after, effect.max) }));
        return;
      case 'read-parked':
        soon(() => group.tell({ on: 'parked-read', page: source.readParked(effect.from, effect.before, effect.max) }));
        return;
      case 'park':
        void park(effect.message, effect.reason).then((isParked) =>
          group.tell({ on: isParked ? 'parked' : 'park-failed', id: effect.message.ackId }),
        );
        return;
      case 'write-checkpoint':
        writeCheckpoint(effect.position);
        return;
      case 'truncate-parked':
        truncateParked(effect.before);
        return;
    }
  };
};
