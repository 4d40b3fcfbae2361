import { ServerInterceptingCall, type ServerInterceptor } from '@grpc/grpc-js';

/** What a call may have on its way to the connection before its next answer waits. */
const UNSENT_BYTES_MAX = 64 * 1024;
/** What an answer counts for whose bytes are yet to be written. */
const UNWRITTEN_BYTES = 256;

/**
 * Left alone, a call hands over an answer once the one before is with the operating system: a write each, and a packet.
 * What is answered in one go, as after a commit, is to leave in one go.
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
