import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { newId } from '@lego-moc/application/new-id';
import type { IntegrationEvent } from '@lego-moc/event-store/integration-events';

type Entry = {
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
  readonly Resources: string[];
};

/** What the next call of PutEvents gets instead of a success. */
export type Fault =
  | { readonly kind: 'partial'; readonly failed: Readonly<Record<number, string>> }
  | { readonly kind: 'error'; readonly status: number; readonly type: string }
  | { readonly kind: 'silence' }
  | { readonly kind: 'disconnect' };

const ENTRIES_MAX = 10;
const BYTES_MAX = 256 * 1024;

const sizeOf = ({ Source, DetailType, Detail, Resources }: Entry): number =>
  14 + Buffer.byteLength([Source, DetailType, Detail, ...Resources].join(''));

const reply = (response: ServerResponse, status: number, body: object): void => {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': newId() });
  response.end(JSON.stringify(body));
};

const error = (response: ServerResponse, status: number, type: string): void =>
  reply(response, status, { __type: type, message: `A fault of the stub: ${type}` });

/** A server that speaks EventBridge's protocol and fails as it does, with the limits of PutEvents. */
export const startEventBridgeStub = async () => {
  const faults: Fault[] = [];
  const calls: (readonly Entry[])[] = [];
  const acceptedEntries: Entry[] = [];

  const put = (entries: readonly Entry[], response: ServerResponse): void => {
    calls.push(entries);
    if (entries.length > ENTRIES_MAX || entries.reduce((sum, entry) => sum + sizeOf(entry), 0) > BYTES_MAX) {
      error(response, 400, 'ValidationException');
      return;
    }
    const fault = faults.shift();
    if (fault?.kind === 'silence') return;
    if (fault?.kind === 'disconnect') response.destroy();
    else if (fault?.kind === 'error') error(response, fault.status, fault.type);
    else {
      const failedCodes = fault?.failed ?? {};
      const results = entries.map((_, index) =>
        failedCodes[index] === undefined
          ? { EventId: newId() }
          : { ErrorCode: failedCodes[index], ErrorMessage: 'A fault of the stub' },
      );
      acceptedEntries.push(...entries.filter((_, index) => failedCodes[index] === undefined));
      reply(response, 200, { FailedEntryCount: Object.keys(failedCodes).length, Entries: results });
    }
  };

  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { Entries: entries = [] } = JSON.parse(body) as { Entries?: Entry[] };
      if (request.headers['x-amz-target'] === 'AWSEvents.PutEvents') put(entries, response);
      else if (faults[0]?.kind === 'error') error(response, faults[0].status, faults[0].type);
      else reply(response, 200, { Name: 'mocs', Arn: 'arn:aws:events:eu-central-1:000000000000:event-bus/mocs' });
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;

  return {
    url: `eventbridge:mocs?region=eu-central-1&endpoint=${encodeURIComponent(endpoint)}`,
    /** Faults of the next calls, in order. */
    faults,
    /** All calls, refused ones too. */
    calls,
    acceptedEntries,
    envelopes: (): readonly IntegrationEvent[] =>
      acceptedEntries.map(({ Detail }) => JSON.parse(Detail) as IntegrationEvent),
    close: async (): Promise<void> => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};

export type EventBridgeStub = Awaited<ReturnType<typeof startEventBridgeStub>>;
