import shared from '@eventstore/db-client/generated/shared_pb.js';

export { default as rpcCode } from '@eventstore/db-client/generated/code_pb.js';
export { default as rpcStatus } from '@eventstore/db-client/generated/status_pb.js';
export { default as any } from 'google-protobuf/google/protobuf/any_pb.js';
export { default as empty } from 'google-protobuf/google/protobuf/empty_pb.js';
export { shared };

const HEX = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The canonical lower-case text of a UUID in either of its two wire forms; undefined when it is not a UUID. */
export const readUuid = (uuid: shared.UUID | undefined): string | undefined => {
  const parts = uuid?.getStructured();
  if (parts !== undefined) return uuidOfHalves(parts.getMostSignificantBits(), parts.getLeastSignificantBits());
  return canonicalUuid(uuid?.getString() ?? '');
};

/** In lower case; undefined when it is not a UUID. */
export const canonicalUuid = (text: string): string | undefined => {
  const lowerCase = text.toLowerCase();
  return HEX.test(lowerCase) ? lowerCase : undefined;
};

export const writeUuid = (id: string, isStructured = false): shared.UUID => {
  const uuid = new shared.UUID();
  if (!isStructured) return uuid.setString(id);
  const digits = id.replaceAll('-', '');
  return uuid.setStructured(
    new shared.UUID.Structured()
      .setMostSignificantBits(asSigned(digits.slice(0, 16)))
      .setLeastSignificantBits(asSigned(digits.slice(16))),
  );
};

const asSigned = (hex: string): string => BigInt.asIntN(64, BigInt(`0x${hex}`)).toString();

/** Of two halves, signed or not, as numbers or in decimal digits. */
export const uuidOfHalves = (most: bigint | string, least: bigint | string): string => {
  const digits = [most, least].map((half) => BigInt.asUintN(64, BigInt(half)).toString(16).padStart(16, '0')).join('');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
};

export const readStreamName = (identifier: shared.StreamIdentifier | undefined): string =>
  identifier === undefined ? '' : Buffer.from(identifier.getStreamName_asU8()).toString('utf8');

export const writeStreamName = (name: string): shared.StreamIdentifier =>
  new shared.StreamIdentifier().setStreamName(Buffer.from(name, 'utf8'));
