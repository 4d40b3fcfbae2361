import type { Consumer, ConsumerIdentity } from './consumer.ts';
import type { SourceEvent, Message } from './message.ts';
import { progressFrom, type Progress } from './progress.ts';
import type { GroupSettings } from './settings.ts';
import { strategyFor } from './strategies.ts';
import type { Strategy } from './strategy.ts';

/** A message that a consumer holds, or that is being parked: its consumer's place is taken until that is written. */
export type Flight = {
  readonly message: Message;
  consumer: Consumer | undefined;
  readonly deliveredAt: number;
  readonly expiresAt: number;
  parking: boolean;
};

export type Replay = { next: bigint; readonly before: bigint; isReading: boolean };

/** Everything a group knows. Only `step` changes it. */
export type Group = {
  readonly settings: GroupSettings;
  readonly strategy: Strategy;
  readonly consumers: Map<string, Consumer>;
  readonly flights: Map<string, Flight>;
  readonly retries: Message[];
  readonly fresh: Message[];
  /** Events that came while the group was live, up to the size of its live buffer: delivering them takes none away. */
  recentLive: number;
  readonly progress: Progress;
  live: boolean;
  isReading: boolean;
  /** Events may have been committed beyond what was considered. */
  behind: boolean;
  checkpoint: { sequence: number; at: number; position: bigint | undefined };
  parkedMessages: {
    /** Everything before this revision of the parked stream has been replayed. */
    floor: bigint;
    /** Everything before this revision is truncated, durably. */
    truncated: bigint;
    readonly unresolved: Set<bigint>;
  };
  replay: Replay | undefined;
  readonly startedAt: number;
  deliveredCount: number;
  lastMeasurement: { deliveredCount: number; at: number };
};

export type NackAction = 'park' | 'retry' | 'skip';

/** The result of a read of the source or of the parked stream. `upTo` is the last position it considered. */
export type Page = {
  readonly entries: readonly SourceEvent[];
  readonly considered: number;
  readonly upTo: bigint;
  /** Nothing lay beyond. Must still be so when the page reaches the group: read and step in one go. */
  readonly end: boolean;
};

export type Input =
  | { readonly on: 'joined'; readonly consumer: ConsumerIdentity }
  | { readonly on: 'left' | 'paused' | 'resumed'; readonly consumer: string }
  | { readonly on: 'committed' }
  | { readonly on: 'read'; readonly page: Page }
  | { readonly on: 'acked'; readonly ids: readonly string[] }
  | { readonly on: 'nacked'; readonly ids: readonly string[]; readonly action: NackAction; readonly reason: string }
  | { readonly on: 'parked' | 'park-failed'; readonly id: string }
  /** `stopAt` is a revision of the parked stream, exclusive; `last` the revision it ends at, -1 if there is none. */
  | { readonly on: 'replay-requested'; readonly stopAt: bigint | undefined; readonly last: bigint }
  | { readonly on: 'parked-read'; readonly page: Page }
  | { readonly on: 'ticked' };

export type Effect =
  | { readonly do: 'deliver'; readonly to: string; readonly message: Message }
  | { readonly do: 'read'; readonly after: bigint; readonly max: number }
  | { readonly do: 'park'; readonly message: Message; readonly reason: string }
  | { readonly do: 'write-checkpoint'; readonly position: bigint }
  | { readonly do: 'read-parked'; readonly from: bigint; readonly before: bigint; readonly max: number }
  | { readonly do: 'truncate-parked'; readonly before: bigint };

/** Where a group begins: after which event, and what it has remembered from an earlier life. */
export type Beginning = {
  readonly after: bigint;
  readonly checkpoint: bigint | undefined;
  readonly parkedFloor: bigint;
};

export const groupFrom = (settings: GroupSettings, beginning: Beginning, now: number): Group => ({
  settings,
  strategy: strategyFor(settings.strategy),
  consumers: new Map(),
  flights: new Map(),
  retries: [],
  fresh: [],
  recentLive: 0,
  progress: progressFrom(beginning.checkpoint ?? beginning.after),
  live: false,
  isReading: false,
  behind: true,
  checkpoint: { sequence: 0, at: now, position: beginning.checkpoint },
  parkedMessages: { floor: beginning.parkedFloor, truncated: beginning.parkedFloor, unresolved: new Set() },
  replay: undefined,
  startedAt: now,
  deliveredCount: 0,
  lastMeasurement: { deliveredCount: 0, at: now },
});
