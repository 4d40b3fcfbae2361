import type { DeliveredEvent } from '@lego-moc/event-store/delivered-event';
import type { Move } from '../../application/change-stock.ts';
import { holdingCodec } from './holding-codec.ts';

/** The move that an event began; `undefined` for any other event. */
export const moveOf = ({ type, data }: DeliveredEvent): Move | undefined => {
  const event = holdingCodec.decode(type, data);
  if (event?.type !== 'StockMovedOut') return undefined;
  const { owner, entryId, reason, holdingId: fromId, to, lots, at } = event.data;
  return { owner, entryId, reason, fromId, to, lots, at };
};
