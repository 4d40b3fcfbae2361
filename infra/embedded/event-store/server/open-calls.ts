import { ServerInterceptingCall, status, type ServerInterceptor } from '@grpc/grpc-js';

/** Calls that have not ended, so that a node that stops can say so to its clients. */
export const openCalls = () => {
  const calls = new Set<ServerInterceptingCall>();

  const interceptor: ServerInterceptor = (_method, next) => {
    const call: ServerInterceptingCall = new ServerInterceptingCall(next, {
      start: (startNext) => startNext({ onCancel: () => calls.delete(call) }),
      sendStatus: (outcome, sendNext) => {
        calls.delete(call);
        sendNext(outcome);
      },
    });
    calls.add(call);
    return call;
  };

  return {
    interceptor,
    count: (): number => calls.size,
    /** Ends every call as UNAVAILABLE, which clients answer by connecting again. */
    endAll: (details: string): void => {
      for (const call of [...calls]) call.sendStatus({ code: status.UNAVAILABLE, details });
    },
  };
};
