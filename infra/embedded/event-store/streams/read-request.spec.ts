import { expect } from 'chai';
import { shared, writeStreamName } from '../wire/shared.ts';
import { streams } from '../wire/streams.ts';
import { matches } from './filter.ts';
import { readQuery } from './read-request.ts';
import { CallRefused } from './rpc-failure.ts';

const { ReadReq } = streams;
const empty = () => new shared.Empty();

const ofStream = (name = 'moc-1') => new ReadReq.Options.StreamOptions().setStreamIdentifier(writeStreamName(name));
const request = (options: streams.ReadReq.Options) => new ReadReq().setOptions(options);
const readOptions = () => new ReadReq.Options().setCount('10').setNoFilter(empty());
const subscriptionOptions = () => new ReadReq.Options().setSubscription(new ReadReq.Options.SubscriptionOptions());
const requestWithFilter = (filter: streams.ReadReq.Options.FilterOptions) =>
  request(subscriptionOptions().setAll(new ReadReq.Options.AllOptions().setStart(empty())).setFilter(filter));
const prefixes = (...list: string[]) => new ReadReq.Options.FilterOptions.Expression().setPrefixList(list);
const regex = (text: string) => new ReadReq.Options.FilterOptions.Expression().setRegex(text);

describe('parsing a read request', () => {
  it('reads a stream from a revision, so many events', () => {
    const query = readQuery(request(readOptions().setStream(ofStream().setRevision('7')).setResolveLinks(true)));
    expect(query).to.include({ stream: 'moc-1', from: 7n, direction: 'forwards', max: 10n, resolveLinks: true });
  });

  it('reads the whole log backwards from the end', () => {
    const all = new ReadReq.Options.AllOptions().setEnd(empty());
    const backwards = readOptions().setAll(all).setReadDirection(ReadReq.Options.ReadDirection.BACKWARDS);
    expect(readQuery(request(backwards))).to.include({ stream: undefined, from: 'end', direction: 'backwards' });
  });

  it('parses a subscription as a read without a maximum', () => {
    const query = readQuery(request(subscriptionOptions().setStream(ofStream().setStart(empty()))));
    expect(query).to.include({ from: 'start', max: undefined });
  });

  it('spaces checkpoints by window and multiplier', () => {
    const filter = new ReadReq.Options.FilterOptions().setStreamIdentifier(prefixes('moc-'));
    const query = readQuery(requestWithFilter(filter.setMax(50).setCheckpointintervalmultiplier(3)));
    expect(query).to.deep.include({
      checkpointInterval: 150,
      filter: { on: 'stream-name', match: { prefixes: ['moc-'] } },
    });
    const open = new ReadReq.Options.FilterOptions().setEventType(prefixes('Moc')).setCount(empty());
    expect(readQuery(requestWithFilter(open.setCheckpointintervalmultiplier(2))).checkpointInterval).to.equal(64);
  });

  it('accepts patterns that Unicode mode would not', () => {
    const filter = new ReadReq.Options.FilterOptions().setEventType(regex('^Moc\\-')).setMax(1);
    const { filter: eventFilter } = readQuery(requestWithFilter(filter.setCheckpointintervalmultiplier(1)));
    expect(matches(eventFilter, { stream: 's', type: 'Moc-1' })).to.equal(true);
  });

  it('rejects contradictory options', () => {
    const nonsense = [
      new ReadReq(),
      request(readOptions().setStream(ofStream(''))),
      request(new ReadReq.Options().setStream(ofStream())),
      request(subscriptionOptions().setStream(ofStream()).setReadDirection(ReadReq.Options.ReadDirection.BACKWARDS)),
      requestWithFilter(new ReadReq.Options.FilterOptions().setMax(1).setCheckpointintervalmultiplier(1)),
      requestWithFilter(new ReadReq.Options.FilterOptions().setEventType(regex('(')).setMax(1)),
      requestWithFilter(new ReadReq.Options.FilterOptions().setEventType(prefixes('a')).setMax(0)),
      request(new ReadReq.Options().setCount('0').setAll(new ReadReq.Options.AllOptions().setStart(empty()))),
    ];
    for (const invalidRequest of nonsense) expect(() => readQuery(invalidRequest)).to.throw(CallRefused);
  });
});
