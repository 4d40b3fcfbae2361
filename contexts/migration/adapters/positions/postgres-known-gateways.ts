import type { Queries } from '@lego-moc/postgres/database';
import type { Migration } from '@lego-moc/postgres/migrations';
import type { KnownGateways } from '../../application/ports/known-gateways.ts';

export const KNOWN_GATEWAYS: readonly Migration[] = [
  {
    id: 'known-gateways',
    sql: 'CREATE TABLE known_gateways (instance text PRIMARY KEY, seen_at timestamptz NOT NULL DEFAULT now())',
  },
];

export const postgresKnownGateways = (db: Queries): KnownGateways => ({
  load: async () => {
    await db.none(`DELETE FROM known_gateways WHERE seen_at < now() - interval '2 minutes'`);
    const rows = await db.any<{ instance: string }>('SELECT instance FROM known_gateways');
    return rows.map(({ instance }) => instance);
  },
  remember: async (instance) => {
    await db.none(
      `INSERT INTO known_gateways (instance) VALUES ($1) ON CONFLICT (instance) DO UPDATE SET seen_at = now()`,
      [instance],
    );
  },
});
