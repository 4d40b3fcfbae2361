import { createRequire } from 'node:module';

type Protobuf = { readonly Message: { bytesAsU8: (value: unknown) => unknown } };

/** The very copy that the client uses. */
const { Message } = createRequire(import.meta.resolve('@eventstore/db-client'))('google-protobuf') as Protobuf;
const protobufs = Message.bytesAsU8;

const bytesOf = (value: unknown): unknown => {
  if (typeof value !== 'string') return protobufs(value);
  const { buffer, byteOffset, length } = Buffer.from(value, 'base64');
  // Protobuf would copy what is a Buffer.
  return new Uint8Array(buffer, byteOffset, length);
};

/**
 * Has Node decode what the client hands to protobuf as base64: the JSON of events and the names of streams. Protobuf does
 * so character by character, and each event twice, since the client weighs it first. For the whole process, once.
 */
export const decodeBase64Natively = (): void => {
  Message.bytesAsU8 = bytesOf;
};
