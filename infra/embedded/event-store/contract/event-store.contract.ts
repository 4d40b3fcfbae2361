import { appendsContract } from './appends.contract.ts';
import { catchUpContract } from './catch-up.contract.ts';
import { connectionsContract } from './connections.contract.ts';
import { deletesContract } from './deletes.contract.ts';
import { expectedRevisionsContract } from './expected-revisions.contract.ts';
import { filtersContract } from './filters.contract.ts';
import { groupCheckpointsContract } from './group-checkpoints.contract.ts';
import { groupDeliveryContract } from './group-delivery.contract.ts';
import { groupLifecycleContract } from './group-lifecycle.contract.ts';
import { groupPropertiesContract } from './group-properties.contract.ts';
import { groupRetriesContract } from './group-retries.contract.ts';
import { groupStrategiesContract } from './group-strategies.contract.ts';
import { idempotenceContract } from './idempotence.contract.ts';
import { metadataContract } from './metadata.contract.ts';
import { misuseContract } from './misuse.contract.ts';
import { readsContract } from './reads.contract.ts';
import { serverFrom, type Server } from './server.ts';
import { streamPropertiesContract } from './stream-properties.contract.ts';
import type { Target } from './target.ts';

const sections: readonly ((server: Server) => void)[] = [
  appendsContract,
  expectedRevisionsContract,
  idempotenceContract,
  deletesContract,
  metadataContract,
  readsContract,
  catchUpContract,
  filtersContract,
  groupLifecycleContract,
  groupDeliveryContract,
  groupStrategiesContract,
  groupRetriesContract,
  groupCheckpointsContract,
  streamPropertiesContract,
  groupPropertiesContract,
  connectionsContract,
  misuseContract,
];

/** Registers the behaviour of every EventStoreDB server as Mocha tests. */
export const eventStoreContract = (name: string, target: Target): void => {
  describe(`${name} as an EventStoreDB`, () => {
    const server = serverFrom(target);
    for (const section of sections) section(server);
  });
};
