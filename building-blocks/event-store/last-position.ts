import { BACKWARDS, END } from '@eventstore/db-client';
import type { EventStoreClient } from './connect.ts';

/** The commit position of the last event in the log, system events included; 0 when the log is empty. */
export const lastPosition = async (client: EventStoreClient): Promise<bigint> => {
  let last = 0n;
  for await (const { event } of client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 1 }))
    last = event?.position.commit ?? last;
  return last;
};
