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
  let waiter: PromiseWithResolvers<Message> | undefined;
  let closedBy: Error | undefined;
  return {
    add: (message) => {
      if (waiter === undefined) messages.push(message);
      else waiter.resolve(message);
      waiter = undefined;
    },
    next: () => {
      const [message] = messages.splice(0, 1);
      if (message !== undefined) return Promise.resolve(message);
      if (closedBy !== undefined) return Promise.reject(closedBy);
      waiter = Promise.withResolvers();
      return waiter.promise;
    },
    close: (reason) => {
      closedBy ??= reason;
      waiter?.reject(closedBy);
      waiter = undefined;
    },
  };
};
