import { Client, credentials } from '@grpc/grpc-js';
import { StreamsService } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { shared } from '../wire/shared.ts';
import { streams } from '../wire/streams.ts';

const { ReadReq } = streams;
const { FilterOptions } = ReadReq.Options;

/** A read of `$all` from its end, which the client cannot filter. */
export type FilteredRead = { readonly prefix: string; readonly count: number; readonly window: number };

const requestFor = ({ prefix, count, window }: FilteredRead): streams.ReadReq => {
  const filter = new FilterOptions()
    .setMax(window)
    .setCheckpointintervalmultiplier(1)
    .setStreamIdentifier(new FilterOptions.Expression().setPrefixList([prefix]));
  const options = new ReadReq.Options()
    .setAll(new ReadReq.Options.AllOptions().setEnd(new shared.Empty()))
    .setReadDirection(ReadReq.Options.ReadDirection.BACKWARDS)
    .setCount(count.toString())
    .setFilter(filter)
    .setUuidOption(new ReadReq.Options.UUIDOption().setString(new shared.Empty()))
    .setControlOption(new ReadReq.Options.ControlOption().setCompatibility(1));
  return new ReadReq().setOptions(options);
};

/** The revisions of the events that match, newest first. */
export const readAllBackwards = async (address: string, read: FilteredRead): Promise<number[]> => {
  const client = new Client(address, credentials.createInsecure());
  const { path, requestSerialize, responseDeserialize } = StreamsService.read;
  const call = client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, requestFor(read));
  const offsets: number[] = [];
  try {
    for await (const response of call as AsyncIterable<streams.ReadResp>) {
      const revision = response.getEvent()?.getEvent()?.getStreamRevision();
      if (revision !== undefined) offsets.push(Number(revision));
    }
    return offsets;
  } finally {
    client.close();
  }
};
