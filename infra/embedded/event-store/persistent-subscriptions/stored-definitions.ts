import type { EventLog } from '../storage/event-log.ts';
import { decodeDefinitions, encodeDefinitions } from './definition-codec.ts';
import type { GroupDefinition } from './group-definition.ts';
import { keepLastTwo, lastJson, record } from './system-events.ts';

const CONFIG_STREAM = '$persistentSubscriptionConfig';

export const readDefinitions = (log: EventLog): readonly GroupDefinition[] =>
  decodeDefinitions(lastJson(log, CONFIG_STREAM));

/** Replaces what is stored; durable once resolved. */
export const writeDefinitions = async (
  log: EventLog,
  definitions: readonly GroupDefinition[],
  by: string,
): Promise<void> => {
  await record(log, CONFIG_STREAM, '$PersistentConfig', encodeDefinitions(definitions, new Date().toISOString(), by));
  // Tidying up may fail: the definitions are stored, and the next change tidies up as well.
  await keepLastTwo(log, CONFIG_STREAM).catch(() => undefined);
};
