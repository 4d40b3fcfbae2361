import { setTimeout as sleep } from 'node:timers/promises';
import type { UserId } from '@lego-moc/kernel/message';
import type { Queries } from '@lego-moc/postgres/database';
import type { RunningProjection } from '@lego-moc/projections/run-projection';
import type { MocsOf } from '../../application/forgetting.ts';
import type { MocId } from '../../domain/moc-events.ts';

const CATCH_UP_MS = 5_000;
const LOOK_AGAIN_MS = 100;

const caughtUp = async (catalogue: Pick<RunningProjection, 'status'>): Promise<void> => {
  for (const until = performance.now() + CATCH_UP_MS; (await catalogue.status()).lag > 0;) {
    if (performance.now() >= until) throw new Error('The catalogue is behind: it does not know of every MOC yet');
    await sleep(LOOK_AGAIN_MS);
  }
};

/** From the catalogue, once it has nothing left to catch up with. */
export const mocsOfOwner =
  (db: Pick<Queries, 'any'>, catalogue: Pick<RunningProjection, 'status'>): MocsOf =>
  async (owner) => {
    await caughtUp(catalogue);
    const rows = await db.any<{ id: MocId }>('SELECT id FROM moc_catalogue WHERE owner = $1', [owner satisfies UserId]);
    return rows.map(({ id }) => id);
  };
