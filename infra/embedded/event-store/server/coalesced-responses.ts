import { ServerInterceptingCall, type ServerInterceptor } from '@grpc/grpc-js';

/** A call may have this many bytes of unsent responses; beyond that, its next response waits. */
const UNSENT_BYTES_MAX = 64 * 1024;
/** A response that is not serialized yet counts as this many bytes. */
const UNWRITTEN_BYTES = 256;

/**
 * By default, a call hands over a response once the one before is with the operating system: each costs a write and a
 * packet. Responses that are ready together, as after a commit, leave in one write.
 */
export const coalesceResponses: ServerInterceptor = (_method, next) => {
  let unsentBytes = 0;
  const sendMessage = (message: unknown, onSent: () => void): void => {
    const bytes = Buffer.isBuffer(message) ? message.length : UNWRITTEN_BYTES;
    const waits = unsentBytes + bytes > UNSENT_BYTES_MAX;
    unsentBytes += bytes;
    next.sendMessage(message, () => {
      unsentBytes -= bytes;
      if (waits) onSent();
    });
    if (!waits) onSent();
  };
  return Object.assign(new ServerInterceptingCall(next), { sendMessage });
};
