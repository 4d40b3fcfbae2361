import type { ExpectedRevision } from '../storage/event-log.ts';
import { invalidArgument } from '../wire/errors.ts';
import { CallRefused } from './rpc-failure.ts';

type ExpectationOptions = {
  hasRevision(): boolean;
  getRevision(): string;
  hasNoStream(): boolean;
  hasAny(): boolean;
  hasStreamExists(): boolean;
};

/** Throws `CallRefused` when the client named no expectation. */
export const expectedRevision = (options: ExpectationOptions): ExpectedRevision => {
  if (options.hasRevision()) return BigInt(options.getRevision());
  if (options.hasNoStream()) return 'no-stream';
  if (options.hasStreamExists()) return 'stream-exists';
  if (options.hasAny()) return 'any';
  throw expectationMissing();
};

export const expectationMissing = (): CallRefused =>
  new CallRefused(invalidArgument('The expected revision is missing'));

/** EventStoreDB's numbers for expectations that are no revision. */
export const expectedVersionNumber = (expected: ExpectedRevision): bigint => {
  switch (expected) {
    case 'no-stream':
      return -1n;
    case 'any':
      return -2n;
    case 'stream-exists':
      return -4n;
    default:
      return expected;
  }
};
