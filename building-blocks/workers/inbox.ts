/** Messages of another process in the order of their arrival. */
export interface Inbox<Message> {
  add(message: Message): void;
  /** The next message. Rejects with the error of `close` once the messages before it are read. */
  next(): Promise<Message>;
  /** No more messages will come, for this reason. */
  close(reason: Error): void;
}

export const createInbox = <Message>(): Inbox<Message> => {
  const messages: Message[] = [];
  const readers: PromiseWithResolvers<Message>[] = [];
  let closedBy: Error | undefined;
  return {
    add: (message) => {
      const reader = readers.shift();
      if (reader === undefined) messages.push(message);
      else reader.resolve(message);
    },
    next: () => {
      const [message] = messages.splice(0, 1);
      if (message !== undefined) return Promise.resolve(message);
      if (closedBy !== undefined) return Promise.reject(closedBy);
      const reader = Promise.withResolvers<Message>();
      readers.push(reader);
      return reader.promise;
    },
    close: (reason) => {
      closedBy ??= reason;
      for (const reader of readers.splice(0)) reader.reject(closedBy);
    },
  };
};
