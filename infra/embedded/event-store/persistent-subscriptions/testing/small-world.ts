import { groupFrom, type Effect, type Group, type Input, type Page } from '../group/group.ts';
import type { SourceEvent } from '../group/message.ts';
import type { GroupSettings } from '../group/settings.ts';
import { step } from '../group/step.ts';

export const usualSettings: GroupSettings = {
  resolveLinkTos: false,
  extraStatistics: false,
  messageTimeoutMs: 30_000,
  maxRetryCount: 10,
  checkpointAfterMs: 2_000,
  minCheckpointCount: 10,
  maxCheckpointCount: 1_000,
  maxSubscriberCount: 0,
  liveBufferSize: 500,
  readBatchSize: 20,
  historyBufferSize: 500,
  strategy: 'RoundRobin',
};

/** An event of the small world: its name is its id, and `bucket` where pinned strategies put it. */
export type Happening = { readonly name: string; readonly bucket?: number; readonly unwanted?: boolean };

const entryOf = (
  ackId: string,
  place: Pick<SourceEvent, 'position' | 'previous' | 'ordinal'>,
  bucket = 0,
): SourceEvent => ({
  ...place,
  ackId,
  logPosition: place.position,
  bucket,
});

const say = (effect: Effect): string | undefined => {
  switch (effect.do) {
    case 'deliver': {
      const { ackId, retryCount } = effect.message;
      return `${effect.to} gets ${ackId}${retryCount === 0 ? '' : ` again (${String(retryCount)})`}`;
    }
    case 'park':
      return `park ${effect.message.ackId}: ${effect.reason}`;
    case 'write-checkpoint':
      return `checkpoint ${effect.position.toString()}`;
    case 'truncate-parked':
      return `truncate parked before ${effect.before.toString()}`;
    case 'read':
    case 'read-parked':
      return undefined;
  }
};

/**
 * A group with a source, a parked stream and a clock, all in memory. Reads and writes are carried out at once, unless
 * `parksSlowly` was called; each method returns the group's decisions in words.
 */
export const smallWorld = (changes: Partial<GroupSettings> = {}, from: bigint = 0n) => {
  const settings = { ...usualSettings, ...changes };
  const source: Happening[] = [];
  const parkedNames: string[] = [];
  const durable: { checkpoint: bigint | undefined; floor: bigint } = { checkpoint: undefined, floor: 0n };
  const underWay: string[] = [];
  let now = 0;
  let slowParking = false;
  let group: Group = groupFrom(settings, { after: from - 1n, checkpoint: undefined, parkedFloor: 0n }, now);

  const readSource = (after: bigint, max: number): Page => {
    const events = source.slice(Number(after) + 1, Number(after) + 1 + max);
    const page = events.flatMap(({ name, bucket, unwanted }, index) => {
      const position = after + 1n + BigInt(index);
      return unwanted === true
        ? []
        : [entryOf(name, { position, previous: position - 1n, ordinal: index + 1 }, bucket)];
    });
    const upTo = after + BigInt(events.length);
    return { entries: page, considered: events.length, upTo, end: Number(upTo) + 1 >= source.length };
  };

  const readParked = (first: bigint, before: bigint, max: number): Page => {
    const end = Math.min(Number(before), parkedNames.length, Number(first) + max);
    const positions = Array.from({ length: Math.max(0, end - Number(first)) }, (_, index) => first + BigInt(index));
    return {
      entries: positions.map((position) =>
        entryOf(`parked ${parkedNames[Number(position)] ?? ''}`, { position, previous: position - 1n, ordinal: 0 }),
      ),
      considered: positions.length,
      upTo: positions.at(-1) ?? before - 1n,
      end: positions.length === 0,
    };
  };

  const carryOut = (effect: Effect): readonly Input[] => {
    switch (effect.do) {
      case 'read':
        return [{ on: 'read', page: readSource(effect.after, effect.max) }];
      case 'read-parked':
        return [{ on: 'parked-read', page: readParked(effect.from, effect.before, effect.max) }];
      case 'park': {
        const { ackId } = effect.message;
        if (slowParking) {
          underWay.push(ackId);
          return [];
        }
        parkedNames.push(ackId.replace('parked ', ''));
        return [{ on: 'parked', id: ackId }];
      }
      case 'write-checkpoint':
        durable.checkpoint = effect.position;
        return [];
      case 'truncate-parked':
        durable.floor = effect.before;
        return [];
      case 'deliver':
        return [];
    }
  };

  /** All that one step decides is carried out before the group hears how that went, as with a real log. */
  const tell = (input: Input): readonly Effect[] => {
    const inputs = [input];
    const effects: Effect[] = [];
    for (const next of inputs) {
      const results = step(group, next, now);
      effects.push(...results);
      inputs.push(...results.flatMap(carryOut));
    }
    return effects;
  };
  const inWords = (input: Input): string[] => tell(input).flatMap((effect) => say(effect) ?? []);
  tell({ on: 'committed' });

  return {
    group: () => group,
    now: () => now,
    source,
    parked: parkedNames,
    durable,
    tell,
    joins: (id: string, bufferSize = 10) =>
      inWords({ on: 'joined', consumer: { id, bufferSize, username: '', connectionName: '' } }),
    leaves: (id: string) => inWords({ on: 'left', consumer: id }),
    pauses: (id: string) => inWords({ on: 'paused', consumer: id }),
    resumes: (id: string) => inWords({ on: 'resumed', consumer: id }),
    happens: (...happenings: readonly (string | Happening)[]) => {
      source.push(...happenings.map((happening) => (typeof happening === 'string' ? { name: happening } : happening)));
      return inWords({ on: 'committed' });
    },
    acks: (...ids: readonly string[]) => inWords({ on: 'acked', ids }),
    nacks: (action: 'park' | 'retry' | 'skip', ...ids: readonly string[]) =>
      inWords({ on: 'nacked', ids, action, reason: 'no good' }),
    passes: (ms: number) => {
      now += ms;
      return inWords({ on: 'ticked' });
    },
    replays: (stopAt?: bigint) => inWords({ on: 'replay-requested', stopAt, last: BigInt(parkedNames.length) - 1n }),
    parksSlowly: () => {
      slowParking = true;
    },
    /** The parking in progress has succeeded, or failed for good. */
    parkingEnds: (outcome: 'parked' | 'park-failed') =>
      underWay.splice(0).flatMap((id) => inWords({ on: outcome, id })),
    /** Power goes and comes back: only what is durable is still known. */
    restarts: () => {
      const { checkpoint, floor } = durable;
      group = groupFrom(settings, { after: from - 1n, checkpoint, parkedFloor: floor }, now);
      return inWords({ on: 'committed' });
    },
  };
};

export type SmallWorld = ReturnType<typeof smallWorld>;
