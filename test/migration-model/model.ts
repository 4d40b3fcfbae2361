import { foldedStates } from '@lego-moc/application/folded-states';
import { newId } from '@lego-moc/application/new-id';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import { after } from '@lego-moc/kernel/instant';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { followersOf } from '../../contexts/migration/application/followers.ts';
import { migrationWorker } from '../../contexts/migration/application/migration-worker.ts';
import type { Positions } from '../../contexts/migration/application/ports/follower-positions.ts';
import { isHeld, sideOf, type Routing } from '../../contexts/migration/contracts/routing.ts';
import { migrationDecider } from '../../contexts/migration/domain/migration.ts';
import type { MigrationCommand } from '../../contexts/migration/domain/migration-commands.ts';
import type { MigrationEvent } from '../../contexts/migration/domain/migration-events.ts';
import { NO_ROW } from '../../contexts/wishlist/domain/legacy-columns.ts';
import type { ItemId } from '../../contexts/wishlist/domain/wishlist-events.ts';
import { mortal, WorkerKilled, type Chance } from './chance.ts';
import { legacyTwin } from './legacy-twin.ts';
import { platformTwin } from './platform-twin.ts';

const NOON = '2026-01-01T12:00:00.000Z' as Instant;
const ADDED_AT = '2019-05-04T12:00:00';
const CAPABILITY = 'wishlist';
const NOWHERE: Positions = { outbox: { from: '0', until: '0', after: '0' }, log: 0n };

type Write = { readonly owner: string; readonly id: string; readonly title: string | undefined };

/** Users, both sides, and a worker between them that may be killed at any moment. */
export const migrationModel = (chance: Chance, killShare: number) => {
  const legacy = legacyTwin();
  const platform = platformTwin();
  const streams = inMemoryStreams<MigrationEvent>('migration');
  const states = foldedStates(migrationDecider, streams);
  /** Titles by id and user, after every write that was acknowledged. */
  const wishes = new Map<string, Map<string, string>>();
  let storedPositions: Positions | undefined;
  let elapsedMs = 0;
  let isCalm = false;
  /** Writes that a gateway has let pass and that have not arrived. */
  let inFlight: { readonly version: number; readonly run: () => Promise<void> }[] = [];

  const isKilled = (): boolean => !isCalm && chance.happens(killShare);
  const now = (): Instant => after(NOON, (elapsedMs += 1));

  const arrive = async (): Promise<void> => {
    const writes = inFlight;
    inFlight = [];
    for (const { run } of writes) await run();
  };

  const startWorker = () => {
    const positions = {
      load: () => Promise.resolve(storedPositions),
      save: (_capability: string, next: Partial<Positions>) => {
        storedPositions = { ...NOWHERE, ...storedPositions, ...next };
        return Promise.resolve();
      },
      forget: () => {
        storedPositions = undefined;
        return Promise.resolve();
      },
    };
    const ports = {
      legacy: mortal(legacy.database, isKilled),
      target: mortal(platform.target, isKilled),
      positions: mortal(positions, isKilled),
    };
    // The names of aggregates are worked out, not asked for.
    const target = { ...ports.target, aggregateIdOf: (owner: string) => platform.target.aggregateIdOf(owner) };
    const followers = followersOf({ ...ports, target, readLog: platform.readLog });
    return migrationWorker({
      ...{ ...ports, target, states, followers, now, report: () => undefined, logEnd: platform.logEnd },
      holdMaxMs: 2_000,
      untilDrained: async () => {
        if (!isCalm && chance.happens(0.1)) return false;
        await arrive();
        return true;
      },
    });
  };
  let worker = startWorker();

  const routing = async (): Promise<Routing> => (await worker.read()).routing;
  const acknowledge = ({ owner, id, title }: Write): void => {
    const own = wishes.get(owner) ?? new Map<string, string>();
    wishes.set(owner, own);
    if (title === undefined) own.delete(id);
    else own.set(id, title);
  };

  const writeAtLegacy = ({ owner, id, title }: Write): void => {
    const row = legacy.rowsOf(owner).find((candidate) => candidate.id === id);
    const columns = { ...NO_ROW, sort_order: '1', created_at: ADDED_AT, updated_at: ADDED_AT, ...row };
    if (title === undefined) legacy.remove(id);
    else legacy.set({ ...columns, id, user_id: owner, title });
  };

  const writeOnPlatform = async ({ owner, id, title }: Write, isNew: boolean): Promise<void> => {
    const itemId = id as ItemId;
    const user = owner as UserId;
    if (title === undefined) await platform.write(owner, { type: 'DeleteItem', data: { itemId } });
    else if (isNew)
      await platform.write(owner, { type: 'AddRow', data: { owner: user, itemId, columns: { title }, at: NOON } });
    else
      await platform.write(owner, {
        type: 'ChangeRows',
        data: { owner: user, rows: [{ itemId, columns: { title } }] },
      });
  };

  /** A write that a gateway lets pass; it arrives now, or when the gateway is asked what it has in flight. */
  const beginWrite = async (write: Write, isNew: boolean): Promise<void> => {
    const rule = await routing();
    // Some go to the monolith past the gateway: its guard alone decides.
    const isPast = chance.happens(0.15);
    if (!isPast && isHeld(rule, write.owner)) return;
    const side = isPast ? 'legacy' : sideOf(rule, write.owner);
    const run = async (): Promise<void> => {
      if (side === 'platform') await writeOnPlatform(write, isNew);
      else if (legacy.isGuarded(write.owner)) return;
      else writeAtLegacy(write);
      acknowledge(write);
    };
    if (!isPast && chance.happens(0.3)) inFlight.push({ version: rule.version, run });
    else await run();
  };

  return {
    wishes,
    routing,
    arrive,
    titlesAt: (owner: string) => new Map(legacy.rowsOf(owner).map(({ id, title }) => [id, String(title)])),
    titlesOn: platform.titlesOf,
    /** A user adds, changes or deletes a wish; while one of theirs is in flight they wait for it. */
    write: async (owner: string, title: string): Promise<void> => {
      if (inFlight.length > 0 && chance.happens(0.5)) await arrive();
      if (inFlight.length > 0) return;
      const id = chance.pick([...(wishes.get(owner)?.keys() ?? [])]);
      if (id === undefined || chance.happens(0.5)) await beginWrite({ owner, id: newId(), title }, true);
      else await beginWrite({ owner, id, title: chance.happens(0.3) ? undefined : title }, false);
    },
    command: async (command: MigrationCommand): Promise<void> => {
      const commandId = newId();
      await states.handle(CAPABILITY, command, { commandId, correlationId: commandId, actor: 'olga' });
    },
    /** A round of the worker; killed, its successor knows what was stored and nothing else. */
    work: async (): Promise<void> => {
      try {
        await worker.run();
      } catch (error) {
        if (!(error instanceof WorkerKilled)) throw error;
        worker = startWorker();
      }
    },
    /** From now on nobody is killed. */
    calmDown: (): void => {
      isCalm = true;
    },
  };
};
