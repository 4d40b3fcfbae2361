import { newId } from '@lego-moc/application/new-id';
import type { EventStoreClient } from '@lego-moc/event-store/connect';
import { appendAction } from '@lego-moc/event-store/operator-actions';
import { groupInfo, replayParked } from '@lego-moc/event-store/persistent-groups';

type Replay = {
  readonly operator: string;
  readonly reason: string | null;
  /** The relay's group, and the streams that it relays. */
  readonly relay?: string;
  readonly streamPrefix?: string;
};

/**
 * Delivers to the relay what it has parked, and records that as an action of the operator; returns how many events there
 * were. Throws `EventStoreUnavailable`.
 */
export const replayParkedEvents = async (
  client: EventStoreClient,
  { operator, reason, relay = 'event-bus-relay', streamPrefix = 'integration-' }: Replay,
): Promise<number> => {
  const source = { streamPrefixes: [streamPrefix] };
  const count = (await groupInfo(client, relay, source))?.parked ?? 0;
  if (count === 0) return 0;
  await replayParked(client, relay, source);
  const commandId = newId();
  const cause = { commandId, correlationId: commandId, actor: operator };
  const action = { action: 'replay', target: relay, count };
  await appendAction(client, { ...action, operator, service: 'event-bus-relay', reason }, cause);
  return count;
};
