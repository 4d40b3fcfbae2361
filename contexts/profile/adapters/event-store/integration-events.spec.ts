import { expect } from 'chai';
import type { RecordedEvent } from '@lego-moc/application/event-streams';
import { newId } from '@lego-moc/application/new-id';
import type { DeliveredEvent } from '@lego-moc/event-store/delivered-event';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { SealedProfileEvent } from '../../application/sealed-events.ts';
import { toIntegrationEvents } from './integration-events.ts';

const noon = '2026-01-01T12:00:00.000Z' as Instant;
const ada = 'ada' as UserId;
const cause = { commandId: newId(), correlationId: newId(), actor: 'ada' };
const preferences: SealedProfileEvent = { type: 'PreferencesChosen', data: { sealed: { preferences: 'x' } } };
const HISTORY: readonly SealedProfileEvent[] = [
  {
    type: 'ProfileCreated',
    data: { userId: ada, createdAt: noon, emailAsOf: noon, sealed: { person: 'x', email: 'x' } },
  },
  { type: 'AvatarChanged', data: { avatarId: 'a1' } },
  ...Array.from({ length: 300 }, () => preferences),
  { type: 'ProfileUpdated', data: { sealed: { person: 'y' } } },
  { type: 'AvatarChanged', data: { avatarId: 'a2' } },
];

describe('toIntegrationEvents', () => {
  const streams = inMemoryStreams<SealedProfileEvent>('profile');
  let read: number;
  async function* countingReads(id: string, from?: bigint): AsyncIterable<RecordedEvent<SealedProfileEvent>> {
    for await (const recordedEvent of streams.readEvents(id, from)) {
      read += 1;
      yield recordedEvent;
    }
  }
  const deliveryOf = (revision: number): DeliveredEvent => ({
    ...{ stream: 'profile-ada', revision: BigInt(revision), position: 0n, eventId: newId() },
    ...{ type: '', data: {}, recordedAt: noon, cause, retryCount: 0 },
  });

  before(() => streams.append(ada, HISTORY, 'no-stream', cause));
  beforeEach(() => {
    read = 0;
  });

  it('publishes the profile as it was after the event', async () => {
    const [event] = await toIntegrationEvents({ readEvents: countingReads })(deliveryOf(302));
    expect(event).to.deep.equal({
      eventType: 'profile.updated',
      subject: ada,
      revision: '302',
      payload: { status: 'active', userId: ada, avatarId: 'a1', createdAt: noon, changed: ['person'] },
    });
  });

  it('reads each event once while events come in order', async () => {
    const translate = toIntegrationEvents({ readEvents: countingReads });
    const events = [];
    for (const revision of HISTORY.keys()) events.push(...(await translate(deliveryOf(revision))));
    expect(read).to.equal(HISTORY.length);
    expect(events.map(({ eventType }) => eventType)).to.deep.equal([
      'profile.created',
      'avatar.changed',
      'profile.updated',
      'avatar.changed',
    ]);
  });

  it('gives the same answer when an event is delivered again', async () => {
    const translate = toIntegrationEvents({ readEvents: countingReads });
    const first = await translate(deliveryOf(1));
    await translate(deliveryOf(303));
    expect(await translate(deliveryOf(1))).to.deep.equal(first);
  });
});
