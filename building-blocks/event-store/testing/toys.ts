import { jsonEvent } from '@eventstore/db-client';
import { newId } from '@lego-moc/application/new-id';
import { appendEvents } from '../append-events.ts';
import type { EventStoreClient } from '../connect.ts';
import type { DeliveredEvent } from '../delivered-event.ts';

/** A category that no other test uses. */
export const newCategory = (): string => `toys${newId().replaceAll('-', '')}`;

export const brickPlaced = (studs: number) => jsonEvent({ id: newId(), type: 'toys.BrickPlaced', data: { studs } });

/** Appends one event wherever the stream ends. */
export const placeBrick = (client: EventStoreClient, stream: string, studs: number) =>
  appendEvents(client, stream, [brickPlaced(studs)], 'any');

export const studsOf = ({ data }: DeliveredEvent): number => (data as { studs: number }).studs;

export const allStuds = async (events: AsyncIterable<DeliveredEvent>): Promise<readonly number[]> => {
  const studs: number[] = [];
  for await (const event of events) studs.push(studsOf(event));
  return studs;
};
