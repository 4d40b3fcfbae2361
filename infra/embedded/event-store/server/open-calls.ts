import { ServerInterceptingCall, status, type ServerInterceptor } from '@grpc/grpc-js';

/** Calls that have not ended, so that a node that stops can say so to its clients. */
export const openCalls = () => {
  const open = new Set<ServerInterceptingCall>();

  const interceptor: ServerInterceptor = (_method, next) => {
    const call: ServerInterceptingCall = new ServerInterceptingCall(next, {
      start: (startNext) => startNext({ onCancel: () => open.delete(call) }),
      sendStatus: (outcome, sendNext) => {
        open.delete(call);
        sendNext(outcome);
      },
    });
    open.add(call);
    return call;
  };

  return {
    interceptor,
    count: (): number => open.size,
    /** Ends every call as UNAVAILABLE, which clients answer by connecting again. */
    endAll: (details: string): void => {
      for (const call of [...open]) call.sendStatus({ code: status.UNAVAILABLE, details });
    },
  };
};
