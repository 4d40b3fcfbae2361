import { status } from '@grpc/grpc-js';
import { expect } from 'chai';
import type { ProposedMessage } from '../wire/batch-append-request.ts';
import { proposedEvent } from './proposed-event.ts';
import { CallRefused } from './rpc-failure.ts';

const proposal: ProposedMessage = {
  id: '6f2c1f0e-4f57-4b6e-9d7a-1d2f3a4b5c6d',
  type: 'BricksSorted',
  contentType: 'application/json',
  data: Buffer.from('{}'),
  metadata: new Uint8Array(),
};

const codeOf = (change: Partial<ProposedMessage>): status | undefined => {
  try {
    proposedEvent({ ...proposal, ...change });
    return undefined;
  } catch (error) {
    if (error instanceof CallRefused) return error.failure.code;
    throw error;
  }
};

describe('checking a proposed event', () => {
  it('accepts an event with an id, a type and a content type', () => {
    expect(proposedEvent(proposal)).to.deep.equal(proposal);
  });

  for (const [name, change] of [
    ['an empty type', { type: '' }],
    ['no type', { type: undefined }],
    ['no content type', { contentType: undefined }],
    ['an id that is no UUID', { id: undefined }],
    ['an id of zeros', { id: '00000000-0000-0000-0000-000000000000' }],
  ] as const)
    it(`rejects ${name}`, () => {
      expect(codeOf(change)).to.equal(status.INVALID_ARGUMENT);
    });

  it('reads any other content type as bytes', () => {
    expect(proposedEvent({ ...proposal, contentType: 'text/plain' }).contentType).to.equal('application/octet-stream');
  });
});
