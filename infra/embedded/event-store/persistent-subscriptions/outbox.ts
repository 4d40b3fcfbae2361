import type { ResolvedEvent } from '../storage/event-log.ts';
import type { Message } from './group/message.ts';

/** One connection of a consumer. */
export interface Connection {
  /** False: it takes nothing more until `resumed`. */
  deliver(resolvedEvent: ResolvedEvent, retryCount: number): boolean;
  /** Ends it because the group was changed or deleted. */
  drop(): void;
}

export interface Outbox {
  /** False while the connection takes nothing more. */
  send(message: Message): boolean;
  /** Sends on what was held back; true when all of it is gone. */
  flush(): boolean;
}

/**
 * Messages for which a connection has no room wait here by reference and are read when it has: a consumer that stops
 * reading costs no memory, however large its buffer and its messages.
 */
export const outboxTo = (
  connection: Connection,
  load: (message: Message) => ResolvedEvent,
  stillWanted: (message: Message, retryCount: number) => boolean,
): Outbox => {
  const queue: { readonly message: Message; readonly retryCount: number }[] = [];
  let hasRoom = true;

  const write = (message: Message): boolean => {
    const resolvedEvent = load(message);
    // A message whose event can no longer be read is not delivered: it times out, and is parked in the end.
    if (resolvedEvent.event === undefined && resolvedEvent.link === undefined) return true;
    return connection.deliver(resolvedEvent, message.retryCount);
  };

  return {
    send: (message) => {
      if (hasRoom) hasRoom = write(message);
      else queue.push({ message, retryCount: message.retryCount });
      return hasRoom;
    },
    flush: () => {
      hasRoom = true;
      while (hasRoom) {
        const next = queue.shift();
        if (next === undefined) return true;
        if (stillWanted(next.message, next.retryCount)) hasRoom = write(next.message);
      }
      return false;
    },
  };
};
