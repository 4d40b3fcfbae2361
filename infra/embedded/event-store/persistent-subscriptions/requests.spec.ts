import { expect } from 'chai';
import { persistent } from '../wire/persistent.ts';
import { shared, writeStreamName } from '../wire/shared.ts';
import { ALL } from './group-definition.ts';
import { groupNameOf, parseRequest } from './requests.ts';

const { CreateReq, UpdateReq, DeleteReq } = persistent;

const settings = () =>
  new CreateReq.Settings()
    .setMessageTimeoutMs(30_000)
    .setCheckpointAfterMs(2_000)
    .setNamedConsumerStrategy(CreateReq.ConsumerStrategy.ROUNDROBIN);

const create = (options: persistent.CreateReq.Options, groupSettings = settings()) =>
  parseRequest(new CreateReq().setOptions(options.setGroupName('readers').setSettings(groupSettings)));

const byDeprecatedName = () => new CreateReq.Options().setStreamIdentifier(writeStreamName('orders-1'));
const onAll = (all: persistent.CreateReq.AllOptions) => new CreateReq.Options().setAll(all);
const filterByPrefixes = (...prefixes: string[]) =>
  new CreateReq.AllOptions.FilterOptions().setStreamIdentifier(
    new CreateReq.AllOptions.FilterOptions.Expression().setPrefixList(prefixes),
  );

describe('parsing a request for a group', () => {
  it('reads the start from the deprecated fields that the client uses', () => {
    expect(create(byDeprecatedName(), settings().setRevision('7'))).to.include({ stream: 'orders-1', startFrom: 7n });
    const end = settings().setRevision('18446744073709551615');
    expect(create(byDeprecatedName(), end)).to.include({ name: 'readers', startFrom: 'end' });
  });

  it('reads the start from the fields that replaced them', () => {
    const stream = () => new CreateReq.StreamOptions().setStreamIdentifier(writeStreamName('orders-1'));
    const from = (options: persistent.CreateReq.StreamOptions) => create(new CreateReq.Options().setStream(options));
    expect(from(stream().setStart(new shared.Empty()))).to.include({ stream: 'orders-1', startFrom: 0n });
    expect(from(stream().setEnd(new shared.Empty()))).to.include({ startFrom: 'end' });
    expect(from(stream().setRevision('5'))).to.include({ startFrom: 5n });
  });

  it('reads a position and a filter for $all', () => {
    const position = new CreateReq.Position().setCommitPosition('99').setPreparePosition('99');
    const request = create(
      onAll(new CreateReq.AllOptions().setPosition(position).setFilter(filterByPrefixes('a-', 'b-'))),
    );
    expect(request).to.deep.include({
      stream: ALL,
      startFrom: 99n,
      filter: { on: 'stream-name', matching: { prefixes: ['a-', 'b-'] } },
    });
  });

  it('rejects a prepare position beyond the commit position, in a creation and in an update', () => {
    const between = new CreateReq.Position().setCommitPosition('9').setPreparePosition('8');
    expect(create(onAll(new CreateReq.AllOptions().setPosition(between)))).to.include({ startFrom: 9n });
    const beyond = new CreateReq.Position().setCommitPosition('9').setPreparePosition('10');
    expect(create(onAll(new CreateReq.AllOptions().setPosition(beyond)))).to.have.property('invalid');
    const options = new UpdateReq.Options()
      .setGroupName('readers')
      .setAll(new UpdateReq.AllOptions().setPosition(new UpdateReq.Position().setPreparePosition('1')))
      .setSettings(new UpdateReq.Settings());
    expect(parseRequest(new UpdateReq().setOptions(options))).to.have.property('invalid');
  });

  it('rejects $all in the place of a stream', () => {
    const stream = new CreateReq.StreamOptions().setStreamIdentifier(writeStreamName(ALL));
    expect(create(new CreateReq.Options().setStream(stream))).to.have.property('invalid');
    expect(create(new CreateReq.Options().setStreamIdentifier(writeStreamName(ALL)))).to.have.property('invalid');
  });

  it('reads durations in milliseconds or in ticks', () => {
    const inTicks = settings().setMessageTimeoutTicks('50000000').setCheckpointAfterTicks('10000000');
    expect(create(byDeprecatedName(), inTicks)).to.deep.nested.include({
      'settings.messageTimeoutMs': 5_000,
      'settings.checkpointAfterMs': 1_000,
    });
    expect(create(byDeprecatedName())).to.nested.include({ 'settings.messageTimeoutMs': 30_000 });
  });

  it('prefers the strategy by name to that by number', () => {
    const namedStrategy = settings().setConsumerStrategy('PinnedByCorrelation');
    expect(create(byDeprecatedName(), namedStrategy)).to.nested.include({ 'settings.strategy': 'PinnedByCorrelation' });
    expect(create(byDeprecatedName())).to.nested.include({ 'settings.strategy': 'RoundRobin' });
  });

  it('rejects an unknown strategy, a request without options and one without a stream', () => {
    expect(create(byDeprecatedName(), settings().setConsumerStrategy('Fairest'))).to.have.property('invalid');
    expect(parseRequest(new CreateReq())).to.have.property('invalid');
    expect(create(new CreateReq.Options())).to.have.property('invalid');
  });

  it('parses an update without a filter', () => {
    const options = new UpdateReq.Options()
      .setGroupName('readers')
      .setAll(new UpdateReq.AllOptions().setStart(new shared.Empty()))
      .setSettings(new UpdateReq.Settings().setMaxRetryCount(3));
    expect(parseRequest(new UpdateReq().setOptions(options))).to.deep.include({ stream: ALL, filter: undefined });
  });

  it('returns the stream and the name of the requested group', () => {
    const options = new DeleteReq.Options().setGroupName('readers');
    expect(groupNameOf(options.setStreamIdentifier(writeStreamName('orders-1')))).to.deep.equal({
      stream: 'orders-1',
      name: 'readers',
    });
    expect(groupNameOf(new DeleteReq.Options().setGroupName('readers').setAll(new shared.Empty()))).to.deep.equal({
      stream: ALL,
      name: 'readers',
    });
  });
});
