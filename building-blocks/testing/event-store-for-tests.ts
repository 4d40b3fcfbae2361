import { connectEventStore, type EventStoreClient } from '@lego-moc/event-store/connect';
import { isDockerAvailable, startFirst, componentFromEnv, type ComponentChoice } from './component-choice.ts';
import { closeAfterAllTests } from './mocha-hooks.ts';

export type EventStoreForTests = { readonly url: string; readonly client: EventStoreClient };

const IMAGE = 'docker.io/eventstore/eventstore:23.10.6-jammy';

const inDocker: ComponentChoice = {
  name: IMAGE,
  start: async () => {
    if (!isDockerAvailable()) return undefined;
    const { GenericContainer, Wait } = await import('testcontainers');
    const container = await new GenericContainer(IMAGE)
      .withEnvironment({ EVENTSTORE_INSECURE: 'true', EVENTSTORE_MEM_DB: 'true' })
      .withExposedPorts(2113)
      .withWaitStrategy(Wait.forHttp('/health/live', 2113).forStatusCode(204))
      .start();
    return {
      url: `esdb://${container.getHost()}:${String(container.getMappedPort(2113))}?tls=false`,
      stop: async () => {
        await container.stop();
      },
    };
  },
};

const embeddedNode: ComponentChoice = {
  name: 'embedded node, in memory',
  start: async () => {
    const { startNode } = await import('@lego-moc/embedded-event-store/server/start-node');
    const node = await startNode({ mem: true, port: 0 });
    return { url: node.connectionString, stop: () => node.stop() };
  },
};

const start = async (): Promise<EventStoreForTests> => {
  const { url, stop } = await startFirst('EventStoreDB', [
    componentFromEnv('TEST_EVENTSTORE_URL'),
    inDocker,
    embeddedNode,
  ]);
  const client = connectEventStore(url);
  closeAfterAllTests(async () => {
    await client.dispose();
    await stop();
  });
  return { url, client };
};

let sharedStore: Promise<EventStoreForTests> | undefined;

/**
 * One event store for the whole run: TEST_EVENTSTORE_URL, else Docker, else the embedded node. Nothing is cleared
 * between tests, so streams are named by fresh ids and groups by fresh names.
 */
export const eventStoreForTests = (): Promise<EventStoreForTests> => (sharedStore ??= start());
