import type { Capability } from '../../contracts/capabilities.ts';
import type { OutboxPosition } from './legacy-database.ts';

/** How far the followers of a capability have come. */
export type Positions = {
  /** In the monolith's outbox. */
  readonly outbox: OutboxPosition;
  /** Commit position in the event store. */
  readonly log: bigint;
};

export interface FollowerPositions {
  load(capability: Capability): Promise<Positions | undefined>;
  save(capability: Capability, positions: Partial<Positions>): Promise<void>;
  forget(capability: Capability): Promise<void>;
}
