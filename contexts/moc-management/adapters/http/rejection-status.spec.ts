import { expect } from 'chai';
import { reject } from '@lego-moc/kernel/decider';
import { refusal } from './rejection-status.ts';

describe('the problem of a refused upload', () => {
  it('says when to send it again when its owner has too many in progress', () => {
    const { status, headers, body } = refusal(reject('too-many-uploads', 'Send it again later.'));

    expect([status, headers['retry-after'], body.type]).to.deep.equal([
      429,
      '10',
      'urn:lego-moc:problem:too-many-uploads',
    ]);
  });
});
