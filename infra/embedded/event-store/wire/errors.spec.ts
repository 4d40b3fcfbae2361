import { status } from '@grpc/grpc-js';
import { expect } from 'chai';
import { persistentSubscriptionFailed, streamDeleted, wrongExpectedVersion } from './errors.ts';

describe('errors on the wire', () => {
  it('name the exception and the stream in trailers', () => {
    const { code, metadata } = streamDeleted('moc-1');
    expect(code).to.equal(status.FAILED_PRECONDITION);
    expect(metadata.getMap()).to.deep.equal({ exception: 'stream-deleted', 'stream-name': 'moc-1' });
  });

  it('give -1 as the actual version of a stream without events', () => {
    expect(wrongExpectedVersion('moc-1', -1n, undefined).metadata.getMap()).to.include({
      'expected-version': '-1',
      'actual-version': '-1',
    });
  });

  it('percent-encode names that trailers cannot carry', () => {
    const { metadata, details } = persistentSubscriptionFailed('moc-ü', 'gruppe\n1', 'zu groß');
    expect(metadata.getMap()).to.include({ 'stream-name': 'moc-%C3%BC', 'group-name': 'gruppe%0A1' });
    expect(details).to.match(/^[ -~]*$/);
  });
});
