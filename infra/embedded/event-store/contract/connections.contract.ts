import { END, EventStoreDBClient, UnavailableError } from '@eventstore/db-client';
import { expect } from 'chai';
import getPort from 'get-port';
import { bricksSorted, freshStream, readStream, rejectionOf } from './events.ts';
import { listenTo } from './listener.ts';
import type { Server } from './server.ts';
import { eventually, sleep, within } from './waiting.ts';

const discoveryUrl = (url: string) => url.replace(/^esdb(\+discover)?:/, 'esdb+discover:');

export const connectionsContract = (server: Server): void => {
  describe('connecting', () => {
    it('succeeds by discovery, with the leader that gossip names', async () => {
      const client = EventStoreDBClient.connectionString(discoveryUrl(server.connectionString()));
      const stream = freshStream('found');
      await client.appendToStream(stream, bricksSorted(2));
      expect(await readStream(client, stream)).to.have.length(2);
      await client.dispose();
    });

    it('serves many clients at once', async () => {
      const stream = freshStream('many');
      const clients = Array.from({ length: 20 }, () => server.connect());
      await Promise.all(clients.map((client, tray) => client.appendToStream(stream, bricksSorted(1, tray))));
      for (const client of clients) expect(await readStream(client, stream)).to.have.length(20);
      await Promise.all(clients.map((client) => client.dispose()));
    });

    it('confirms 99 subscriptions of a client that has appended; the 100th and a read wait until others end', async function () {
      this.timeout(30_000);
      const client = server.connectAlone();
      const stream = freshStream('hundred');
      // The call that carries the appends of the client stays open.
      await client.appendToStream(stream, bricksSorted(1));
      const subscribe = () => client.subscribeToStream(stream, { fromRevision: END });
      const [first, ...otherSubscriptions] = Array.from({ length: 99 }, subscribe);
      await Promise.all(
        [first!, ...otherSubscriptions].map((subscription) => listenTo(subscription).waitForCaughtUp()),
      );
      const last = subscribe();
      const listener = listenTo(last);
      const read = readStream(client, stream);
      await sleep(500);
      expect(listener.signals).to.deep.equal([]);
      await client.appendToStream(stream, bricksSorted(1, 1));
      await first!.unsubscribe();
      await listener.waitForCaughtUp();
      await otherSubscriptions[0]!.unsubscribe();
      expect(await within(read, 'events')).to.have.length(2);
      await client.dispose();
    });

    it('fails with UnavailableError where nothing listens', async () => {
      const client = EventStoreDBClient.connectionString(`esdb://127.0.0.1:${await getPort()}?tls=false`);
      expect(await rejectionOf(client.deleteStream('any'))).to.be.instanceOf(UnavailableError);
      // The client passes on the bare gRPC error of its first request, which asks for the features of the server.
      expect(await rejectionOf(client.appendToStream('any', bricksSorted(1)))).to.include({ code: 14 });
      await client.dispose();
    });

    server.itAfterRestart('works again through the same client after a restart', async function () {
      this.timeout(60_000);
      const client = server.connect();
      const stream = freshStream('again');
      const events = bricksSorted(1);
      await client.appendToStream(stream, events, { expectedRevision: 'no_stream' });
      await server.restart();
      await eventually(() => client.appendToStream(stream, events, { expectedRevision: 'no_stream' }), 15_000);
      expect(await readStream(client, stream)).to.have.length(1);
    });

    server.itAfterRestart('finds every acknowledged append after a kill', async function () {
      this.timeout(60_000);
      const streams = Array.from({ length: 20 }, () => freshStream('kept'));
      await Promise.all(streams.map((stream) => server.client().appendToStream(stream, bricksSorted(25))));
      await server.restart();
      for (const stream of streams) expect(await readStream(server.client(), stream)).to.have.length(25);
    });
  });
};
